/*
 * svg.h — the least that writes SVG and HTML by hand: escaped text, short numbers, widths of words.
 *
 * Nothing depends on the locale, so the same chart has the same bytes everywhere. Coordinates are
 * in CSS pixels.
 */
#ifndef ANA_REPORT_SVG_H
#define ANA_REPORT_SVG_H

#include <glib.h>

/* Text between tags or in an attribute: & < > " are escaped; control characters become spaces.
 * `text` is UTF-8; bytes that are not become U+FFFD. */
void ana_xml_text(GString *out, const char *text);
/* A coordinate: two decimals at most, no trailing zeros, never "-0". */
void ana_svg_number(GString *out, double value);
/* "M12.5 3" and the like: a letter and two coordinates. */
void ana_svg_point(GString *out, char letter, double x, double y);
/* printf whose every %@ takes a double and writes it as ana_svg_number() does; %s is escaped, %u
 * and %% are as usual, and nothing else is known. */
void ana_svg_printf(GString *out, const char *format, ...);

/* About how wide a text of this size is in a sans-serif face: never less than what common faces
 * need, because labels are kept apart by it. */
double ana_text_width(const char *text, double size);

#endif
