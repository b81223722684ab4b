/** The shapes there are, each as what lies inside it: within the circle of radius 1, y downwards. */

type Inside = (x: number, y: number) => boolean;

/** Of the square within the circle. */
const HALF_SIDE = Math.SQRT1_2;
/** From the centre of a triangle to its sides. */
const APOTHEM = 0.5;
const SINE_60 = Math.sqrt(3) / 2;
const RING_HOLE = 0.55;
const CROSS = { arm: 0.94, halfWidth: 0.3 } as const;
/** Five points; the corners between them lie at this radius. */
const STAR_INNER = 0.45;
const STAR_SECTOR = (2 * Math.PI) / 5;
const STAR_CORNER = {
  x: STAR_INNER * Math.cos(STAR_SECTOR / 2),
  y: STAR_INNER * Math.sin(STAR_SECTOR / 2),
} as const;

export const OUTLINES = {
  circle: (x, y) => x * x + y * y <= 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= HALF_SIDE,
  triangle: (x, y) => y <= APOTHEM && SINE_60 * Math.abs(x) - y / 2 <= APOTHEM,
  star: (x, y) => {
    // Folded into half of the sector of one point, which lies at (1, 0): inside its one edge.
    const angle = Math.atan2(y, x);
    const folded = Math.abs(angle - STAR_SECTOR * Math.round(angle / STAR_SECTOR));
    const radius = Math.hypot(x, y);
    const [px, py] = [radius * Math.cos(folded), radius * Math.sin(folded)];
    return (STAR_CORNER.x - 1) * py - STAR_CORNER.y * (px - 1) >= 0;
  },
  cross: (x, y) => {
    const [across, along] = [Math.abs(x), Math.abs(y)];
    return Math.min(across, along) <= CROSS.halfWidth && Math.max(across, along) <= CROSS.arm;
  },
  ring: (x, y) => {
    const radius2 = x * x + y * y;
    return radius2 <= 1 && radius2 >= RING_HOLE * RING_HOLE;
  },
} as const satisfies Record<string, Inside>;

export const SHAPE_NAMES = Object.keys(OUTLINES) as (keyof typeof OUTLINES)[]; // its own keys
