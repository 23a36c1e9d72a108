// The same menu on ussd-menu-builder, as its README has it. `node menu.js PORT shared|each`: one menu for all requests
// (the README's way) or one for each.
const UssdMenu = require('ussd-menu-builder');
const express = require('express');
const { createClient } = require('redis');

const [port, which] = process.argv.slice(2);
const wards = JSON.parse(process.env.PEER_WARDS);
const store = createClient({ socket: { path: process.env.PEER_REDIS } });
const key = (id) => `node:${which}:${id}`;

function build() {
    const menu = new UssdMenu();
    menu.sessionConfig({
        start: (id) => Promise.resolve(id),
        end: (id) => store.del(key(id)),
        set: (id, name, value) => store.multi().hSet(key(id), name, value).expire(key(id), 600).exec(),
        get: (id, name) => store.hGet(key(id), name),
    });
    // each screen reads the session, decides, and writes the session, like the others in this comparison
    const screen = (name, next, show) => menu.state(name, {
        next,
        run: async () => {
            const phone = menu.args.phoneNumber, val = menu.val;
            const ward = await menu.session.get('ward');
            const [text, kept] = await show(ward, val, phone);
            await menu.session.set(kept ? 'ward' : 'at', kept || name);
            menu.con(text);
        },
    });
    screen('__start__', { '*^[12]$': 'main' }, () => ['1. English\n2. Kiswahili']);
    screen('main', { '1': 'alerts' }, () => ['1. Alerts near me\n2. Health\n3. My rights']);
    screen('alerts', { '1': 'letters' }, () => ['1. Get alerts\n0. Back']);
    screen('letters', { '*^[a-z]+$': 'found' }, () => ['First letters of your area']);
    screen('found', { '1': 'about' }, (_, val) => {
        const ward = wards.find((each) => each.toLowerCase().startsWith(val)) || '?';
        return [`1. ${ward}\n0. Back`, ward];
    });
    screen('about', { '98': 'ask' }, (ward) => [`${ward}: texts may be seen by others.\n98. More`]);
    screen('ask', { '1': 'joined' }, () => ['You can leave at any time.\n1. Yes, join\n0. No']);
    screen('joined', { '1': 'more' }, async (ward, _, phone) => {
        await store.hSet(`node:sub:${phone}`, ward, 'en');
        return [`You get alerts for ${ward}.\n1. One more\n0. Home`];
    });
    screen('more', { '0': 'home' }, (ward) => [`${ward} is yours.\n1. Get alerts\n0. Back`]);
    screen('home', {}, (ward) => [`${ward} is yours.\n1. Get alerts\n0. Back`]);
    menu.on('error', (error) => console.error(error.message));
    return menu;
}

// two callers at once make the shared menu answer one request twice: the server must outlive that to be measured
process.on('unhandledRejection', (error) => console.error(error.message));
const shared = build();
const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/ussd', (request, response) => {
    const menu = which === 'shared' ? shared : build();
    menu.run(request.body, (screen) => response.send(screen));
});
store.connect().then(() => app.listen(Number(port), '127.0.0.1'));
