"""Heatmaps of other implementations, for explanations.test.ts.

    node tests/fixtures/explanations/make.ts DIR && python tests/golden/explanations.py DIR

with torch 2.13.0, torchcam 0.5.0 and grad-cam 1.5.7 of PyPI, one thread, in double precision. Unscaled, before
enlargement; for the class with the highest logit, Finer-CAM against the runner-up. Where a library adds a small number
below a fraction line it is set to 0 (or next to it), since its size is no part of the method. torch-cam's Grad-CAM++ and
its Smooth Grad-CAM++ sum derivative times map over the map where the papers have the derivative times the map's sum: the
first is not used, the second is mended here, which matters where the derivative is not the same everywhere (28 and 14).
Smooth Grad-CAM++ there keeps the last copy's map instead of their mean, hence one copy, with noise given from outside.
Integrated gradients and SmoothGrad (neither library has them) are torch's own derivatives, summed over squares of 16
pixels.
"""
import inspect, json, sys, textwrap, types
from unittest.mock import MagicMock
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
for name in ('', '.transforms', '.transforms.functional'):  # torchvision: asked for, not used
    module = types.ModuleType('torchvision' + name)
    module.__path__ = []
    module.__getattr__ = lambda attribute: MagicMock()
    sys.modules['torchvision' + name] = module
import torchcam.methods as T
import pytorch_grad_cam as P, pytorch_grad_cam.base_cam as base
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
np.seterr(all='ignore')
folder = sys.argv[1]
D = json.load(open(folder + '/network.json'))
B = open(folder + '/network.bin', 'rb').read()


def get(name):
    e = D['index'][name]
    return torch.tensor(np.frombuffer(B, '<f4', e['n'], e['at']).reshape(e['shape']).astype(np.float64))


class Conv(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.pads = c['pads']
        self.conv = nn.Conv2d(c['inputChannels'], c['outputChannels'], c['kernelSize'], c['stride'], 0, groups=c['groups'])
        self.conv.weight.data, self.conv.bias.data = get(c['name'] + '.weight'), get(c['name'] + '.bias')
        self.act = nn.ReLU6() if c['hasActivation'] else nn.Identity()

    def forward(self, x):
        top, left, bottom, right = self.pads
        return self.act(self.conv(F.pad(x, (left, right, top, bottom))))


class Block(nn.Module):
    def __init__(self, b):
        super().__init__()
        self.residual = b['isResidual']
        self.parts = nn.ModuleDict({c['name'].split('.')[-1]: Conv(c) for c in b['convolutions']})

    def forward(self, x):
        y = x
        for part in self.parts.values():
            y = part(y)
        return x + y if self.residual else y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleDict({b['name']: Block(b) for b in D['blocks']})
        weight = get('classifier.weight').T.contiguous()
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(weight.shape[1], weight.shape[0])
        self.fc.weight.data, self.fc.bias.data = weight, get('classifier.bias')

    def forward(self, x):
        x = x / 127.5 - 1
        for b in self.blocks.values():
            x = b(x)
        return self.fc(self.pool(x).flatten(1))


net, x = Net().eval(), get('picture')
logits = net(x).detach().numpy()[0]
order = np.argsort(-logits)
C, R = int(order[0]), int(order[1])
layers = {
    '7': net.blocks['head'].parts['head'].act,
    '14': net.blocks['block13'].parts['expand'].act,
    '28': net.blocks['block6'].parts['expand'].act,
}
maps = []


def put(method, layer, library, values, **more):
    values = np.asarray(values)
    print(method, layer, library, values.max(), flush=True)
    found = [float(f'{v:.6g}') for v in values.ravel()]
    maps.append({'method': method, 'layer': layer, 'library': library, **more, 'values': found})
    json.dump({
        'madeBy': __doc__.strip().splitlines(), 'fingerprint': D['fingerprint'], 'class': C, 'against': R,
        'logits': [float(f'{v:.7g}') for v in logits], 'maps': maps,
    }, open(folder + '/explanations.json', 'w'), separators=(',', ':'))


def torch_cam(cls, layer, **kw):
    with cls(net, layers[layer], input_shape=(1, 224, 224), **kw.pop('init', {})) as extractor:
        return extractor(C, net(x.clone().requires_grad_(True)), normalized=False, **kw)[0].detach().numpy()[0]


put('cam', '7', 'torch-cam', np.maximum(torch_cam(T.CAM, '7', init={'fc_layer': net.fc}), 0))
for layer in ('7', '14'):
    put('grad-cam', layer, 'torch-cam', torch_cam(T.GradCAM, layer))
    put('xgrad-cam', layer, 'torch-cam', torch_cam(T.XGradCAM, layer, eps=1e-30))
for layer in layers:
    put('layer-cam', layer, 'torch-cam', torch_cam(T.LayerCAM, layer))
source = textwrap.dedent(inspect.getsource(T.SmoothGradCAMpp._compute_smoothgrad_weights))
part = '(g3 * act).flatten(2).sum(-1)[(...,) + (None,) * spatial_dims]'
assert part in source
scope = {'torch': torch}
exec('from __future__ import annotations\n' + source.replace(part, 'g3 * act.flatten(2).sum(-1)[(...,) + (None,) * spatial_dims]'), scope)
T.SmoothGradCAMpp._compute_smoothgrad_weights = scope['_compute_smoothgrad_weights']
noisy = get('noisy0')
for layer in ('7', '14'):
    extractor = T.SmoothGradCAMpp(net, layers[layer], num_samples=1, std=1.0, input_shape=(1, 224, 224))
    extractor._distrib = types.SimpleNamespace(sample=lambda size: noisy - x)
    net(x)
    found = extractor(C, normalized=False, eps=1e-30)[0].detach().numpy()[0]
    put('smooth-grad-cam++', layer, 'torch-cam', found, samples=1)
    extractor.remove_hooks()

base.scale_cam_image = lambda cam, target_size=None: cam
source = textwrap.dedent(inspect.getsource(P.GradCAMPlusPlus.get_cam_weights))
assert '0.000001' in source
scope = {'np': np}
exec(source.replace('0.000001', '0'), scope)
P.GradCAMPlusPlus.get_cam_weights = scope['get_cam_weights']


def grad_cam(cls, layer):
    with cls(model=net, target_layers=[layers[layer]]) as method:
        return method(input_tensor=x.clone().requires_grad_(True), targets=[ClassifierOutputTarget(C)])[0]


for layer in ('7', '14'):
    put('grad-cam', layer, 'pytorch-grad-cam', grad_cam(P.GradCAM, layer))
    put('hires-cam', layer, 'pytorch-grad-cam', grad_cam(P.HiResCAM, layer))
    put('layer-cam', layer, 'pytorch-grad-cam', grad_cam(P.LayerCAM, layer))
for layer in layers:
    put('grad-cam++', layer, 'pytorch-grad-cam', grad_cam(P.GradCAMPlusPlus, layer))
for layer in ('7', '14'):
    kept = {}
    hook = layers[layer].register_forward_hook(lambda m, i, o: kept.__setitem__('a', o.detach().numpy()))
    net(x)
    hook.remove()
    projection = get_2d_projection(kept['a'])[0].astype(np.float64)
    if (projection * kept['a'][0].sum(0)).sum() < 0:  # the sign is open; see eigenCam.ts
        projection = -projection
    put('eigen-cam', layer, 'pytorch-grad-cam', np.maximum(projection, 0))
    finer = P.FinerCAM(model=net, target_layers=[layers[layer]], base_method=P.GradCAM)
    found = finer(input_tensor=x.clone().requires_grad_(True), target_idx=C, comparison_categories=[1], alpha=1)
    put('finer-cam', layer, 'pytorch-grad-cam', found[0])


def squares(values, side=16):
    n = 224 // side
    return values.reshape(n, side, n, side).sum((1, 3))


def gradient(picture):
    picture = picture.clone().requires_grad_(True)
    net(picture)[0, C].backward()
    return picture.grad.numpy()[0, 0]


steps = 64
way = sum(gradient(x * ((step + 0.5) / steps)) for step in range(steps)) / steps
put('integrated-gradients', None, 'torch', squares(x.numpy()[0, 0] * way), samples=steps)
mean = sum(gradient(get(f'noisy{sample}')) for sample in range(4)) / 4
put('smooth-grad', None, 'torch', squares(np.abs(mean)), samples=4)
put('ablation-cam', '7', 'pytorch-grad-cam', grad_cam(P.AblationCAM, '7'))
put('score-cam', '7', 'torch-cam', torch_cam(T.ScoreCAM, '7'), samples=1280)
