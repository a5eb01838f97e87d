import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import { Icon } from '../ui/icons';
import styles from './FacetSearch.module.css';

export interface FacetSearchProps {
  readonly title: string;
  readonly value: string;
  onChange(value: string): void;
  onClose(): void;
}

export function FacetSearch({ title, value, onChange, onClose }: FacetSearchProps) {
  return (
    <SearchField
      aria-label={`Search in ${title}`}
      value={value}
      onChange={onChange}
      autoFocus={value === ''}
      className={styles.field ?? ''}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value === '') onClose();
        else event.continuePropagation();
      }}
    >
      <Icon name="search" size="xs" />
      <Input className={styles.input ?? ''} spellCheck="false" autoComplete="off" />
      {value !== '' && (
        <AriaButton className={styles.clear ?? ''} aria-label="Clear the search">
          <Icon name="x" size="xs" />
        </AriaButton>
      )}
    </SearchField>
  );
}
