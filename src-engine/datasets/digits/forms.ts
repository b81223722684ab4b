/**
 * How people write the ten digits: several forms each, as the path of the pen. Data only; strokes.ts reads
 * it, handwriting.ts varies it.
 *
 * A stroke is a list of points `x,y` that the pen passes through, x to the right from 0 to about 70, y down
 * from 0 to 100. The path is smooth except at points marked `!`, where the pen turns sharply.
 */

export interface DigitForm {
  readonly digit: number;
  readonly name: string;
  /** How common the form is among those of its digit. */
  readonly weight: number;
  readonly strokes: readonly string[];
}

const form = (digit: number, name: string, weight: number, ...strokes: string[]): DigitForm => ({
  digit,
  name,
  weight,
  strokes,
});

export const DIGIT_FORMS: readonly DigitForm[] = [
  form(0, 'oval', 4, '38,1 16,10 4,46 10,84 32,99 56,86 66,50 58,14 36,1 26,4'),
  form(0, 'started on the right', 2, '50,8 30,1 10,20 3,58 16,94 40,96 60,68 64,30 50,6 36,8'),
  form(0, 'closed with a curl', 1, '58,4 34,3 10,24 4,64 20,97 46,92 64,58 58,20 38,8 22,18'),
  form(0, 'round', 2, '40,2 14,14 0,50 14,88 42,98 70,86 80,50 66,12 36,2'),

  form(1, 'stick', 8, '34,0 34,34 33,68 33,100'),
  form(1, 'bent stick', 1, '30,0 36,30 36,70 30,100'),
  form(1, 'with a flag', 1.4, '14,22 26,13 36,0! 36,34 36,68 36,100'),
  form(1, 'with flag and foot', 0.8, '14,20 26,11 37,0! 37,50 37,98', '10,99 36,98 64,98'),

  form(2, 'with a straight base', 3, '8,24 16,7 36,1 55,10 56,32 42,58 24,80 4,97! 34,96 68,95'),
  form(2, 'with a loop', 3, '8,20 26,2 50,6 57,26 46,54 28,80 12,93 3,86 12,76 30,84 48,95 70,90'),
  form(2, 'with a wide loop', 1, '4,16 24,1 48,8 50,34 34,66 12,94 0,84 16,70 44,80 62,92 80,84'),
  form(2, 'with a rising base', 1, '6,26 18,5 40,2 54,16 48,42 26,74 6,98! 28,92 48,93 66,84'),
  form(2, 'with a flat top', 1, '10,8 34,2 56,12 54,34 36,60 6,96! 36,99 66,98'),

  form(
    3,
    'with a sharp waist',
    4,
    '7,14 26,1 48,6 52,26 40,42 22,47! 46,52 60,70 52,91 28,99 4,89',
  ),
  form(
    3,
    'with a looped waist',
    2,
    '6,14 28,1 52,10 48,34 28,47 20,44 30,41 54,55 58,82 34,99 4,90',
  ),
  form(3, 'with a flat top', 0.8, '8,5 32,4 56,3! 42,20 26,41! 50,48 60,70 48,94 24,99 4,90'),
  form(3, 'with a soft waist', 2, '10,8 34,1 54,14 46,36 30,46 44,51 60,68 50,92 26,99 2,92'),

  form(4, 'open', 4, '14,2 9,26 8,48! 30,50 60,46', '56,4 54,36 50,70 47,100'),
  form(4, 'open and rounded', 2, '12,4 5,30 10,50 30,54 52,44', '58,2 54,40 52,100'),
  form(4, 'closed', 2, '46,0 26,30 3,62! 34,63 68,61', '46,0 45,50 44,100'),
  form(4, 'in one stroke', 1.5, '16,4 8,30 9,50 32,54 52,36 60,8! 56,50 50,100'),
  form(4, 'nearly closed', 1.5, '40,2 20,28 6,52! 34,54 66,48', '54,6 50,50 46,100'),

  form(5, 'with a bar', 3, '20,5 16,24 13,44! 32,39 54,52 56,80 34,98 4,91', '18,5 40,5 66,2'),
  form(5, 'in one stroke', 3, '62,4 40,4 20,6! 16,24 13,43! 36,40 56,56 54,84 30,99 3,92'),
  form(5, 'with round corners', 2, '64,3 38,3 22,12 18,34 34,44 54,58 56,80 36,98 6,94'),
  form(5, 'with a deep belly', 1, '60,6 22,8! 18,50! 40,46 58,64 44,92 20,99 2,84'),

  form(6, 'with a curved stem', 4, '48,1 26,18 10,46 6,74 18,97 42,96 55,78 44,60 24,62 9,80'),
  form(6, 'with a straight stem', 2, '36,0 20,34 8,66 14,94 36,99 54,84 48,66 28,64 12,82'),
  form(6, 'with a high loop', 2, '54,4 28,12 8,42 4,76 22,98 50,92 62,66 46,46 22,52 7,72'),
  form(6, 'with a small loop', 1.5, '30,0 14,30 5,70 14,97 34,98 44,84 32,74 12,88'),

  form(7, 'plain', 5, '4,8 30,7 60,4! 50,30 38,62 28,100'),
  form(7, 'with a bar', 1.6, '6,8 32,7 60,4! 48,34 38,66 30,100', '18,52 40,50 62,47'),
  form(7, 'with a serif', 1.5, '7,22 8,7! 34,6 62,5! 50,34 40,66 34,100'),
  form(7, 'with a round corner', 3, '4,14 22,4 48,6 58,14 50,36 38,66 30,100'),
  form(7, 'with a straight back', 1.5, '4,10 30,6 58,8! 54,40 52,70 50,100'),

  form(
    8,
    'from the top right',
    4,
    '56,10 34,1 14,12 18,34 42,52 54,76 38,98 14,92 10,72 30,50 52,30 56,8',
  ),
  form(
    8,
    'from the middle',
    1.5,
    '34,46 14,30 20,6 42,2 54,18 44,40 20,58 10,82 28,99 52,90 52,66 32,46',
  ),
  form(8, 'open above', 2, '60,14 38,2 16,14 22,36 46,56 52,80 34,98 12,88 14,68 38,46 62,20'),
  form(
    8,
    'of two rings',
    1,
    '34,2 16,12 16,34 34,46 52,34 52,12 34,2',
    '34,46 12,58 10,84 34,99 58,84 56,58 34,46',
  ),

  form(9, 'with a straight tail', 4, '56,18 38,2 14,14 8,36 24,50 46,38 57,14! 55,40 50,70 46,100'),
  form(
    9,
    'with a curly tail',
    2,
    '56,20 38,3 14,14 10,38 30,50 50,34 57,12 58,50 48,88 28,99 8,92',
  ),
  form(9, 'with a small head', 2, '50,14 32,2 14,14 14,34 32,40 48,24 52,10 48,40 38,70 30,100'),
  form(9, 'with a round head', 2, '58,22 40,2 12,8 4,32 20,50 46,42 58,18 56,50 52,100'),
];
