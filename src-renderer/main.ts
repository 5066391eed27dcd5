import { mount } from 'svelte';
import { connect } from './bridge/connect.ts';
import { MainSide } from './bridge/MainSide.ts';
import Root from './Root.svelte';
import './application.css';

const target = document.getElementById('application');
if (target === null) throw new Error('index.html has no #application');

mount(Root, { target, props: { main: new MainSide(connect(window)) } });
