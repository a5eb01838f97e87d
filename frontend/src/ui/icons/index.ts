export { actionIcon } from './actionIcon';
export { Icon, type IconProps, type IconSize } from './Icon';
export { type IconName, shapes } from './shapes';
