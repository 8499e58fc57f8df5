/*
 * when.c - RFC 3339 and days, by arithmetic: no time zone of the machine, no
 * locale.  Days are counted in years that begin in March, so that the leap day
 * is the last one (Hinnant, "chrono-compatible low-level date algorithms").
 */
#include "base/when.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

static const int64_t year_0 = -62167219200000;     /* 0000-01-01T00:00:00Z */
static const int64_t year_10000 = 253402300800000; /* the end of what fits */

int64_t
when_days(struct civil c)
{
	int64_t y = c.month <= 2 ? c.year - 1 : c.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t mp = (c.month + 9) % 12; /* March is 0 */
	int64_t doy = (153 * mp + 2) / 5 + c.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct civil
when_civil(int64_t days)
{
	struct civil c;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	c.day = doy - (153 * mp + 2) / 5 + 1;
	c.month = mp < 10 ? mp + 3 : mp - 9;
	c.year = yoe + era * 400 + (c.month <= 2);
	return c;
}

static int64_t
days_in_month(int64_t year, int64_t month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* Exactly n digits, then the character `after` unless it is NUL. */
static bool
take_number(const char **s, int n, char after, int64_t *out)
{
	int64_t v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (**s - '0');
	}
	*out = v;
	if (after == '\0')
		return true;
	return *(*s)++ == after;
}

static bool
take_date(const char **s, int64_t *ms)
{
	struct civil c;

	if (!take_number(s, 4, '-', &c.year) ||
	    !take_number(s, 2, '-', &c.month) ||
	    !take_number(s, 2, '\0', &c.day))
		return false;
	if (c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > days_in_month(c.year, c.month))
		return false;
	*ms = when_days(c) * DAY_MS;
	return **s == 'T' || **s == 't' ? (*s)++, true : false;
}

/* Digits beyond milliseconds are read and dropped. */
static bool
take_fraction(const char **s, int64_t *ms)
{
	int64_t unit = 100;

	if (**s != '.')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		*ms += (**s - '0') * unit;
		unit /= 10;
	}
	return true;
}

static bool
take_time(const char **s, int64_t *ms)
{
	int64_t hour, minute, second;

	if (!take_number(s, 2, ':', &hour) ||
	    !take_number(s, 2, ':', &minute) ||
	    !take_number(s, 2, '\0', &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*ms += hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
	return take_fraction(s, ms);
}

static bool
take_zone(const char **s, int64_t *ms)
{
	int64_t hour, minute, offset;
	char sign = *(*s)++;

	if (sign == 'Z' || sign == 'z')
		return true;
	if (sign != '+' && sign != '-')
		return false;
	if (!take_number(s, 2, ':', &hour) || !take_number(s, 2, '\0', &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	offset = hour * HOUR_MS + minute * MINUTE_MS;
	*ms += sign == '+' ? -offset : offset;
	return true;
}

bool
when_read(const char *s, int64_t *ms)
{
	bool leap_second;
	int64_t t;

	if (s == NULL || strlen(s) < strlen("2026-11-23T10:00:00Z"))
		return false;
	leap_second = s[17] == '6';
	if (!take_date(&s, &t) || !take_time(&s, &t) || !take_zone(&s, &t))
		return false;
	if (*s != '\0' || t < year_0 || t >= year_10000)
		return false;
	/* RFC 3339 5.7: they come only before midnight UTC; in our count the
	   second after them has the same number. */
	if (leap_second && (t - year_0) % DAY_MS >= SECOND_MS)
		return false;
	*ms = t;
	return true;
}

/* Instants that RFC 3339 cannot say are written as the nearest it can. */
static char *
write_instant(struct arena *mem, int64_t ms, bool with_ms)
{
	struct civil c;
	int64_t days, rest;
	char fraction[8] = "";

	if (ms < year_0)
		ms = year_0;
	if (ms >= year_10000)
		ms = year_10000 - 1;
	days = (ms - year_0) / DAY_MS + year_0 / DAY_MS;
	rest = ms - days * DAY_MS;
	c = when_civil(days);
	if (with_ms) {
		fraction[0] = '.';
		fraction[1] = (char)('0' + rest / 100 % 10);
		fraction[2] = (char)('0' + rest / 10 % 10);
		fraction[3] = (char)('0' + rest % 10);
	}
	return arena_printf(mem, "%04d-%02d-%02dT%02d:%02d:%02d%sZ",
	    (int)c.year, (int)c.month, (int)c.day, (int)(rest / HOUR_MS),
	    (int)(rest / MINUTE_MS % 60), (int)(rest / SECOND_MS % 60),
	    fraction);
}

char *
when_write(struct arena *mem, int64_t ms)
{
	return write_instant(mem, ms, false);
}

char *
when_write_ms(struct arena *mem, int64_t ms)
{
	return write_instant(mem, ms, true);
}
