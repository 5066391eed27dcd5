/** Words that name a technique, a sequence, a contrast or a direction in MR, CT and PET; none of them names anybody. */
const vocabulary = new Set(
  (
    '2d 3d 4d adc after angio angiography ap arterial asl asset ax axi axial b0 b1000 b500 bold brain bravo ' +
    'cerebrum ciss contrast cor coronal cranial cranium ct cube cube3d dark dce derived diff diffusion dir dixon ' +
    'dti dwi dynamic ep2d epi eswan fat fatsat ffe field fiesta fl2d fl3d flair flash fluid fmri fov fs fse ' +
    'fspgr ga gad gadolinium gd gradient grappa grase gre haste head hemo hires image in inv ir isotropic km loc ' +
    'localiser localizer mag magnitude map medic min mip mp2rage mpr mprage mr mra mri mrv msk nativ native ' +
    'neuro non opp out pc pca pd perf perfusion phase pituitary plain plus post pre propeller proton pse recon ' +
    'reformat rf routine rs sag saggital sagittal sat scout screening se se2d sella sense sequence short skull ' +
    'slab slice space spair spc spgr spin spir spoiled ssfp stealth stir survey susceptibility swan swi t1 t1w ' +
    't2 t2w tfe tfl thin time tir tirm tof tra trans transverse true tse turbo ultra vein venous vibe vista ' +
    'volume weighted wi wip with without'
  ).split(' '),
);

/**
 * What of a description may stay: the words that name a technique, and numbers of up to two digits beside them. A
 * description of anything else leaves nothing, and so does one of mere numbers.
 *
 * @returns the words in their order, upper case, at most 64 characters; empty where nothing may stay
 */
export function cleanDescription(text: string): string {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => vocabulary.has(word) || /^\d{1,2}(mm)?$/.test(word));
  return words.some((word) => vocabulary.has(word)) ? words.join(' ').toUpperCase().slice(0, 64).trim() : '';
}
