/** Which fields of the data augmentation is about. Pure. */
import type { DataField } from '../ir/attrs.ts';

/** Of what is augmented. */
export const isPicture = ({ role, shape }: DataField): boolean =>
  role === 'input' && shape.length === 3;

/** Of what is mixed with pictures: one of so many classes. */
export const isClass = (field: DataField): field is DataField & { readonly classes: number } =>
  field.role === 'label' && field.shape.length === 0 && field.classes !== undefined;
