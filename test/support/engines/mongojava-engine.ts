import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { installDebianPackage } from './debian-package.ts'
import type { EngineSpec, Installation } from './engine-spec.ts'
import { locateProgram } from './locate-program.ts'
import { runCommand } from './run-command.ts'

const version = '1.47.0'
const prefix = join(cacheFolder(), `mongo-java-server-${version}`)

/** The server as it comes says that it is older than the driver takes: it announces the wire version of MongoDB 4.4. */
const main = `import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.Arrays;
import java.util.List;

public class Main {
  public static void main(String[] args) throws Exception {
    MemoryBackend backend = new MemoryBackend();
    backend.version(new MongoVersion() {
      public List<Integer> getVersionArray() { return Arrays.asList(4, 4, 0); }
      public int getWireVersion() { return 9; }
    });
    MongoServer server = new MongoServer(backend);
    server.enableOplog();
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    Thread.currentThread().join();
  }
}
`

const dependencies = [
  ['de.bwaldvogel', 'mongo-java-server', version],
  ['org.slf4j', 'slf4j-nop', '2.0.9'],
]

/**
 * mongo-java-server, in memory: speaks MongoDB's protocol without sessions, `$bucketAuto` and change streams of whole
 * databases. It knows neither symbols nor regular expressions as keys, and sorts no code.
 */
export const mongojava: EngineSpec = {
  name: 'mongojava',
  family: 'mongo',
  urlVariable: 'TRANSLOAD_TEST_MONGOJAVA_URL',
  accounts: [],
  find: async () => {
    const java = await locateProgram('java')
    return java !== undefined && existsSync(join(prefix, 'Main.class')) ? { programs: { java } } : undefined
  },
  install,
  files: {},
  initialise: ({ installation }) => ({ program: installation.programs['java'] ?? 'java', args: ['-version'] }),
  serve: ({ installation, port }) => ({
    program: installation.programs['java'] ?? 'java',
    args: ['-Xmx1g', '-cp', `${join(prefix, 'lib', '*')}:${prefix}`, 'Main', String(port)],
  }),
  url: (port) => `mongodb://127.0.0.1:${port}/`,
  isVersion: (said) => said.startsWith('4.4.'),
  shutdownSignal: 'SIGTERM',
}

async function install(): Promise<Installation> {
  if ((await locateProgram('javac')) === undefined) await installDebianPackage('default-jdk-headless')
  if ((await locateProgram('mvn')) === undefined) await installDebianPackage('maven')
  await mkdir(dirname(prefix), { recursive: true })
  const work = await mkdtemp(`${prefix}.partial-`)
  try {
    await writeFile(join(work, 'pom.xml'), project())
    await writeFile(join(work, 'Main.java'), main)
    const library = join(work, 'lib')
    await runCommand('mvn', [
      '-q',
      '-f',
      join(work, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${library}`,
    ])
    await runCommand('javac', ['-cp', join(library, '*'), '-d', work, join(work, 'Main.java')])
    await rename(work, prefix).catch((error: NodeJS.ErrnoException) => {
      // Another run was first: its folder is as good as ours.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  const found = await mongojava.find()
  if (found === undefined) throw new Error(`${prefix} was made, and the server is still not found`)
  return found
}

function project(): string {
  const list = dependencies.map(
    ([group, artifact, number]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${number}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>transload.test</groupId><artifactId>engine</artifactId><version>1</version>
<dependencies>${list.join('')}</dependencies></project>
`
}
