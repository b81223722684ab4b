/** One choice of a short list. */
import { Select as Radix } from 'radix-ui';
import { floatRoot } from './floatRoot.ts';
import { Icon } from './Icon.tsx';
import './Select.css';
import './Menu.css';

export interface SelectOption<T extends string = string> {
  readonly value: T;
  readonly label: string;
  readonly group?: string;
  readonly hint?: string;
}

export interface SelectProps<T extends string> {
  readonly value: T;
  readonly options: readonly SelectOption<T>[];
  readonly onChange: (value: T) => void;
  readonly label: string;
  readonly small?: boolean;
  readonly id?: string;
  readonly disabled?: boolean;
}

/** Letters that may be cut in a narrow column. */
const LONG_LABEL = 14;

export function Select<T extends string>({
  value,
  options,
  onChange,
  label,
  small = false,
  id,
  disabled,
}: SelectProps<T>) {
  const groups = [...new Set(options.map((option) => option.group ?? ''))];
  const current = options.find((option) => option.value === value);
  return (
    <Radix.Root
      value={value}
      {...(disabled === undefined ? {} : { disabled })}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
    >
      <Radix.Trigger
        className={small ? 'select small' : 'select'}
        aria-label={label}
        id={id}
        title={(current?.label.length ?? 0) > LONG_LABEL ? current?.label : undefined}
      >
        <Radix.Value>{current?.label ?? value}</Radix.Value>
        <Icon name="chevronDown" size={12} />
      </Radix.Trigger>
      <Radix.Portal container={floatRoot()}>
        <Radix.Content className="menu" position="popper" sideOffset={2} collisionPadding={8}>
          <Radix.Viewport>
            {groups.map((group) => (
              <Radix.Group key={group}>
                {group !== '' && <Radix.Label className="menu-label">{group}</Radix.Label>}
                {options
                  .filter((option) => (option.group ?? '') === group)
                  .map((option) => (
                    <Radix.Item key={option.value} value={option.value} className="menu-item">
                      <span className="menu-check">
                        <Radix.ItemIndicator>
                          <Icon name="check" size={14} />
                        </Radix.ItemIndicator>
                      </span>
                      <Radix.ItemText>{option.label}</Radix.ItemText>
                      {option.hint !== undefined && <span className="aside">{option.hint}</span>}
                    </Radix.Item>
                  ))}
              </Radix.Group>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
