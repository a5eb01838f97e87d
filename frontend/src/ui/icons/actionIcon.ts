import type { IconName } from './shapes';

const byAction: ReadonlyMap<string, IconName> = new Map<string, IconName>([
  ['auto_off', 'auto_off'],
  ['auto_start', 'auto_start'],
  ['close', 'close'],
  ['connect', 'connect'],
  ['cordon', 'cordon'],
  ['create', 'create'],
  ['delete', 'delete'],
  ['disconnect', 'disconnect'],
  ['enqueue', 'enqueue'],
  ['login', 'login'],
  ['logout', 'logout'],
  ['open', 'open'],
  ['read', 'read'],
  ['register', 'register'],
  ['request_password_reset', 'request_password_reset'],
  ['ssh', 'ssh'],
  ['start', 'start'],
  ['stop', 'stop'],
  ['uncordon', 'uncordon'],
  ['view', 'view'],
  ['write', 'write'],
]);

/** The drawing of a documented action; an action that nobody documented has none, only its word. */
export function actionIcon(action: string): IconName | undefined {
  return byAction.get(action);
}
