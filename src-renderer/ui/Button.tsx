/** Push buttons. One `primary` per view. */
import type { ComponentPropsWithRef } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import { Tooltip } from './Tooltip.tsx';
import './Button.css';

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly variant?: 'default' | 'primary' | 'quiet' | 'destructive';
  readonly small?: boolean;
  readonly icon?: IconName;
}

export function Button({
  variant = 'default',
  small = false,
  icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  const classes = ['button', variant === 'default' ? '' : variant, small ? 'small' : '', className]
    .filter(Boolean)
    .join(' ');
  return (
    <button type="button" className={classes} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children'> {
  readonly icon: IconName;
  /** Accessible name, and the tooltip unless `tip` says more. */
  readonly label: string;
  readonly tip?: string;
  /** `$mod+z`, shown in the tooltip. */
  readonly keys?: string;
  readonly small?: boolean;
  readonly pressed?: boolean;
  readonly iconSize?: number;
}

export function IconButton({
  icon,
  label,
  tip,
  keys,
  small = false,
  pressed,
  iconSize,
  className,
  ...rest
}: IconButtonProps) {
  const classes = ['icon-button', small ? 'small' : '', className].filter(Boolean).join(' ');
  return (
    <Tooltip text={tip ?? label} {...(keys === undefined ? {} : { keys })}>
      <button type="button" className={classes} aria-label={label} aria-pressed={pressed} {...rest}>
        <Icon name={icon} size={iconSize ?? (small ? 14 : 16)} />
      </button>
    </Tooltip>
  );
}
