/** The languages of the screen. */
export type Language = 'en' | 'fr' | 'fr-CA'
