// Loaded before a program (node --import): it is killed before the nth statement of SQL that begins with KILLED_AT.
import { DatabaseSync } from 'node:sqlite';

const { KILLED_AT = '', KILLED_AT_NTH = '1' } = process.env;
let left = Number(KILLED_AT_NTH);

function meet(sql) {
  const isMeant = sql.split(';').some((each) => each.trim().startsWith(KILLED_AT));
  if (isMeant && --left === 0) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['exec', 'prepare']) {
  const plain = DatabaseSync.prototype[name];
  DatabaseSync.prototype[name] = function (sql, ...rest) {
    meet(sql);
    return plain.call(this, sql, ...rest);
  };
}
