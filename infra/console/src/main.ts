// The beginning of the console: choose the language and the theme, resume the session, show the page.
import { mount } from 'svelte';
import App from './App.svelte';
import './style.css';
import { speak } from './texts';
import { theme } from './theme.svelte';

theme.apply();
await speak(navigator.languages);
const app = document.getElementById('app');
if (app) mount(App, { target: app });
