import { SetupError } from '../../deployment/command-line.ts';
import { findJavas, usualSearch, type Jdk, type JdkSearch } from '../search/jdk.ts';

/** https://spark.apache.org/docs/3.5.6/#downloading */
const MAJORS = [17, 11, 8];

const REMEDY =
  'install one (https://adoptium.net; macOS: `brew install openjdk@17`; Debian, Ubuntu: `sudo apt install openjdk-17-jre-headless`)';

/**
 * A Java that runs Spark 3.5: 17 before 11 before 8; it need not be the default.
 * @throws SetupError that says what there is and what to install
 */
export async function findSparkJava(search: JdkSearch = usualSearch(undefined)): Promise<Jdk> {
  const javas = await findJavas(search);
  const serving = MAJORS.flatMap((major) => javas.filter(({ version }) => majorOf(version) === major));
  if (serving[0] !== undefined) return serving[0];
  const present = javas.map(({ version, home }) => `${version} in ${home}`).join(', ');
  const what = present === '' ? 'there is none here' : `there is only ${present}`;
  throw new SetupError(`Spark 3.5 needs Java 17, 11 or 8, and ${what}: ${REMEDY}.`);
}

/** Java 8 calls itself 1.8. */
function majorOf(version: string): number {
  const [, first = '', second = ''] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(first === '1' ? second : first);
}
