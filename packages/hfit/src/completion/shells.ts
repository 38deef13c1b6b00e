import type { Place, Word } from './place.js';

/** The script by which a shell completes `hfit`, from what may follow each part of a command line. */
export const shells: Readonly<
  Record<'bash' | 'zsh' | 'fish', (places: readonly Place[]) => string>
> = { bash, zsh, fish };

function bash(places: readonly Place[]): string {
  return `# Completion of hfit for bash: put  eval "$(hfit completion bash)"  into ~/.bashrc
_hfit() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${steps(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $prev" in
${choices(places, (values) => `words=${quoted(values.join(' '))}`)}
    *) case "$at" in
${places.map(({ path, words }) => `      ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(' '))} ;;`).join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _hfit hfit
`;
}

function zsh(places: readonly Place[]): string {
  const described = (it: Word) => quoted(`${it.word.replaceAll(':', '\\:')}:${brief(it)}`);
  return `#compdef hfit
# Completion of hfit for zsh: put  eval "$(hfit completion zsh)"  behind compinit in ~/.zshrc
_hfit() {
  local at="" word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${steps(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${choices(places, (values) => `found=(${values.map(quoted).join(' ')})`)}
    *) case "$at" in
${places.map(({ path, words }) => `      ${quoted(path)}) found=(${words.map(described).join(' ')}) ;;`).join('\n')}
    esac ;;
  esac
  _describe hfit found || _files
}
compdef _hfit hfit
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, choices: options }) => {
    const here = `-n ${quoted(`__hfit_at ${quoted(path)}`)}`;
    return [
      ...words.map((it) => {
        const option = it.word.startsWith('--');
        const values = options.find((each) => each.option === it.word)?.values;
        const taken = values ? ` -x -a ${quoted(values.join(' '))}` : '';
        const word = option ? `-l ${it.word.slice(2)}${taken}` : `-f -a ${it.word}`;
        return `complete -c hfit ${here} ${word} -d ${quoted(brief(it))}`;
      }),
    ];
  });
  return `# Completion of hfit for fish: hfit completion fish > ~/.config/fish/completions/hfit.fish
function __hfit_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${steps(places, ' ')}
                set at (string trim "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** Where one stands and the word that leads on, as patterns of `case`. */
function steps(places: readonly Place[], between = ' | '): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => {
      const at = path.lastIndexOf(' ');
      return quoted(`${path.slice(0, Math.max(0, at))} ${path.slice(at + 1)}`);
    })
    .join(between);
}

function choices(places: readonly Place[], then: (values: readonly string[]) => string): string {
  return places
    .flatMap(({ path, choices: all }) =>
      all.map(({ option, values }) => `    ${quoted(`${path} ${option}`)}) ${then(values)} ;;`),
    )
    .join('\n');
}

/** The first sentence; what is behind it is for the help. */
const brief = ({ text }: Word) => (/^.*?[.:;](?=\s|$)/s.exec(text)?.[0] ?? text).slice(0, -1);

/** One word of a shell, whatever is in it. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
