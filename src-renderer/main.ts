import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './bridge/connect.ts';
import { MainSide } from './bridge/MainSide.ts';
import './application.css';

const target = document.getElementById('application');
if (target === null) throw new Error('index.html has no #application');

mount(App, { target, props: { main: new MainSide(connect(window)) } });
