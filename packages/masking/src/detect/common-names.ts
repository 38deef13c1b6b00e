import { knownNames } from '@hot-fixture/generator';

/** Common names that the lists of the generator lack, in lower case. */
const more = {
  given: `mary patricia linda barbara elizabeth jennifer maria susan margaret dorothy lisa nancy karen betty
    helen sandra donna carol ruth sharon michelle laura sarah kimberly deborah jessica shirley cynthia angela
    melissa brenda amy anna rebecca virginia kathleen pamela martha debra amanda stephanie carolyn christine
    james john robert michael william david richard charles joseph thomas christopher daniel paul mark donald
    george kenneth steven edward brian ronald anthony kevin jason matthew gary timothy jose larry jeffrey frank
    scott eric stephen andrew raymond gregory joshua jerry dennis walter patrick peter harold douglas henry
    hans peter klaus jürgen ursula monika petra sabine jean pierre michel luis juan carlos antonio francisco
    giovanni giuseppe marco paolo joão pedro ana olga иван анна мария елена ольга сергей дмитрий алексей
    太郎 次郎 花子 mike steve nick tom bob jim joe dan sam ben kate liz ellen astrid bjørn lars sven olaf`,
  family: `smith johnson williams brown jones miller davis garcia rodriguez wilson martinez anderson taylor
    thomas hernandez moore martin jackson thompson white lopez lee gonzalez harris clark lewis robinson walker
    perez hall young allen sanchez wright king scott green baker adams nelson hill ramirez campbell mitchell
    roberts carter phillips evans turner torres parker collins edwards stewart flores morris nguyen murphy
    rivera cook rogers morgan peterson cooper reed bailey bell gomez kelly howard ward cox diaz richardson wood
    watson brooks bennett gray james reyes cruz hughes price myers long foster sanders ross morales powell
    sullivan russell ortiz jenkins gutierrez perry butler barnes fisher müller schmidt schneider fischer weber
    meyer wagner becker schulz hoffmann dupont durand rossi russo ferrari bianchi silva santos oliveira souza
    jansen visser smit hansen johansson larsen nowak kowalski иванов петров сидоров kim park wang li zhang chen`,
};

type Names = { readonly given: ReadonlySet<string>; readonly family: ReadonlySet<string> };

let remembered: Names | undefined;

/** Given and family names in several languages, in lower case. */
export function namesOfPeople(): Names {
  const known = knownNames();
  const joined = (names: ReadonlySet<string>, text: string) =>
    new Set([...names, ...text.split(/\s+/)]);
  remembered ??= {
    given: joined(known.given, more.given),
    family: joined(known.family, more.family),
  };
  return remembered;
}
