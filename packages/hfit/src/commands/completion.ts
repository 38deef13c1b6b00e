import { defineCommand } from '../command.js';
import { placesOf } from '../completion/place.js';
import { shells } from '../completion/shells.js';

export const completion = defineCommand({
  path: 'completion',
  text: 'Print the script by which a shell completes commands and options.',
  about: [
    'Begin a new shell afterwards. What stands in no list, such as a file, is completed as always.',
  ],
  arguments: [
    { name: 'SHELL', text: 'One of bash, zsh and fish.', choices: ['bash', 'zsh', 'fish'] },
  ],
  options: {},
  examples: [
    `echo 'eval "$(hfit completion bash)"' >> ~/.bashrc`,
    `echo 'eval "$(hfit completion zsh)"' >> ~/.zshrc`,
    'hfit completion fish > ~/.config/fish/completions/hfit.fish',
  ],
  async run(_context, [shell]) {
    const { commands, commonOptions, groups } = await import('../commands.js');
    const script = shells[shell](placesOf(commands, groups, commonOptions));
    return { text: script.trimEnd(), document: { shell, script } };
  },
});
