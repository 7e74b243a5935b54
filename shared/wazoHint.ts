/** The hint of Wazo's function key for permanent recording (wazo.md 3.4). */

/**
 * The number to subscribe to: `*735`, the user's numeric id, and the code with each asterisk written `**2`. It exists
 * only where the user's own keys have one with a lamp; else the server knows no such number.
 */
export const wazoHintNumber = (userId: number, code: string): string => `*735${userId}*${code.replaceAll('*', '**2')}`
