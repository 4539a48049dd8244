/*
 * page_script.h — what a page's script adds; everything can be read without it.
 *
 * - Heads of tables sort by what cells say, quantities by their size, with a click or a key.
 * - Tables are copied as Markdown or CSV.
 * - Charts tell the values under the pointer, or, with the keyboard, at the point chosen by the
 *   arrow keys, Home and End; in a line of text below, which is announced.
 * - The names in the bar fade their variant in all charts, and bring it back.
 *
 * It contains no comparison signs "<" and no ampersands, because a page is XML too.
 */
#ifndef ANA_REPORT_PAGE_SCRIPT_H
#define ANA_REPORT_PAGE_SCRIPT_H

extern const char ana_page_script[];

#endif
