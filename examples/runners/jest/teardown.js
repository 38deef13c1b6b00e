export default () => globalThis.hotFixtureRun.finish();
