/** `netloom runs delete|restore|archive|unarchive|thin|tag`: what a person does to runs on record. */
import { inputError } from '#engine/ir/index.ts';
import type { ThinRequest } from '#engine/protocol/index.ts';
import { namedRun } from './findRun.ts';
import { EXIT, note, printJson } from './output.ts';
import { withRuns } from './runs.ts';

interface ActionOptions {
  readonly json?: true;
}

/** All that are named, or none. */
export function deleteRuns(targets: readonly string[], { json }: ActionOptions): Promise<number> {
  return withRuns((service) => {
    const all = service.list();
    const named = [...new Set(targets.map((target) => namedRun(all, target)))];
    for (const { id, name } of named) {
      service.delete(id);
      if (!json)
        note(`${name} deleted; "netloom runs restore ${id}" brings it back within a week.`);
    }
    if (json) printJson({ deleted: named.map(({ id }) => id) });
    return EXIT.success;
  });
}

export function restoreRuns(ids: readonly string[], { json }: ActionOptions): Promise<number> {
  return withRuns((service) => {
    const back = ids.map((id) => service.restore(id));
    if (json) printJson({ restored: back.map(({ id }) => id) });
    else for (const { name } of back) note(`${name} is back.`);
    return EXIT.success;
  });
}

export function archiveRuns(
  targets: readonly string[],
  archived: boolean,
  { json }: ActionOptions,
): Promise<number> {
  return withRuns((service) => {
    const all = service.list();
    const named = targets.map((target) => namedRun(all, target));
    const done = named.map(({ id }) => service.retention.archive(id, archived));
    if (json) printJson({ runs: done.map(({ id, name }) => ({ id, name, archived })) });
    else
      for (const { name } of done)
        note(`${name} ${archived ? 'archived' : 'is back in the list'}.`);
    return EXIT.success;
  });
}

export interface ThinOptions extends ActionOptions, ThinRequest {}

export function thinRuns(
  targets: readonly string[],
  { json, checkpoints, snapshots }: ThinOptions,
): Promise<number> {
  if (checkpoints === undefined && snapshots === undefined) {
    throw inputError(
      'run.nothing-to-thin',
      'Say what is to go: --checkpoints, --snapshots or both.',
    );
  }
  return withRuns(async (service) => {
    const all = service.list();
    const named = targets.map((target) => namedRun(all, target));
    const what = { ...(checkpoints && { checkpoints }), ...(snapshots && { snapshots }) };
    const done = [];
    for (const { id, sizeBytes: before } of named) {
      const { name, sizeBytes } = await service.retention.thin(id, what);
      done.push({ id, name, sizeBytes });
      const freed = ((before ?? 0) - (sizeBytes ?? 0)) / 1e6;
      if (!json) note(`${name}: ${Math.max(0, freed).toFixed(2)} MB less.`);
    }
    if (json) printJson({ runs: done });
    return EXIT.success;
  });
}

export interface TagOptions extends ActionOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

export function tagRuns(
  targets: readonly string[],
  { add = [], remove = [], json }: TagOptions,
): Promise<number> {
  if (add.length + remove.length === 0) {
    throw inputError('run.no-tags', 'Nothing to be done: name tags with --add or --remove.');
  }
  return withRuns((service) => {
    const all = service.list();
    const named = targets.map((target) => namedRun(all, target));
    const done = named.map(({ id, tags }) => {
      const kept = tags.filter((tag) => !remove.includes(tag));
      return service.annotate(id, { tags: [...new Set([...kept, ...add])] });
    });
    if (json) printJson({ runs: done.map(({ id, name, tags }) => ({ id, name, tags })) });
    else for (const { name, tags } of done) note(`${name}: ${tags.join(', ') || 'no tags'}`);
    return EXIT.success;
  });
}
