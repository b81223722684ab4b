/** A file that is dropped on the canvas, as a person drags it from a folder. */
import type { Page } from '@playwright/test';

export async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(base64 ?? ''), (c) => c.charCodeAt(0));
      data.items.add(new File([content], fileName ?? ''));
      return data;
    },
    [name, bytes.toString('base64')],
  );
  await page.locator('.react-flow').dispatchEvent('drop', { dataTransfer: transfer });
}
