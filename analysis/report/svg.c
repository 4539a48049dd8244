/* svg.c — see svg.h. */
#include "analysis/report/svg.h"

#include "sim/check.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void ana_xml_text(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *c = valid; *c; c++) {
        if (*c == '&')
            g_string_append(out, "&amp;");
        else if (*c == '<')
            g_string_append(out, "&lt;");
        else if (*c == '>')
            g_string_append(out, "&gt;");
        else if (*c == '"')
            g_string_append(out, "&quot;");
        else if ((guchar)*c < ' ' && *c != '\n' && *c != '\t')
            g_string_append_c(out, ' '); /* XML has no place for it */
        else
            g_string_append_c(out, *c);
    }
}

void ana_svg_number(GString *out, double value)
{
    char text[64];
    SIM_CHECK(fabs(value) < 1e9, "a coordinate of %g", value);
    double hundredths = floor(value * 100 + 0.5);
    g_ascii_formatd(text, sizeof text, "%.2f", hundredths == 0 ? 0 : hundredths / 100);
    gsize length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    g_string_append_len(out, text, (gssize)length);
}

void ana_svg_point(GString *out, char letter, double x, double y)
{
    g_string_append_c(out, letter);
    ana_svg_number(out, x);
    g_string_append_c(out, ' ');
    ana_svg_number(out, y);
}

void ana_svg_printf(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (const char *c = format; *c; c++) {
        if (*c != '%') {
            g_string_append_c(out, *c);
            continue;
        }
        c++;
        if (*c == '@')
            ana_svg_number(out, va_arg(arguments, double));
        else if (*c == 's')
            ana_xml_text(out, va_arg(arguments, const char *));
        else if (*c == 'u')
            g_string_append_printf(out, "%u", va_arg(arguments, guint));
        else if (*c == '%')
            g_string_append_c(out, '%');
        else
            SIM_UNREACHABLE();
    }
    va_end(arguments);
}

/* In thousandths of the size; of what is not listed a little more than the average. */
static int width_of(gunichar c)
{
    if (c < 128 && strchr("ijlI|'.,:;!", (int)c) && c)
        return 300;
    if (c < 128 && strchr(" ()[]{}frt/\\-\"`", (int)c) && c)
        return 390;
    if (c < 128 && strchr("mwMW@%", (int)c) && c)
        return 930;
    if (g_unichar_iszerowidth(c))
        return 0;
    if (g_unichar_iswide(c))
        return 1000;
    if (g_unichar_isupper(c))
        return 720;
    return 600;
}

double ana_text_width(const char *text, double size)
{
    double width = 0;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *c = valid; *c; c = g_utf8_next_char(c))
        width += width_of(g_utf8_get_char(c));
    return width * size / 1000;
}
