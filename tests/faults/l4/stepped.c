/* The wall clock of a process, off by as many seconds as stand in the file that CLOCK_OFFSET names
 * (a 64-bit number, which whoever tests changes in place). The monotonic clock is left alone.
 * Loaded before everything else (LD_PRELOAD); a process without the variable has the right time.
 * Debian's libfaketime would do, but makes sleeping until a moment of the monotonic clock fail.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset; /* not there before the first look that finds the variable */

static int64_t seconds_off(void)
{
	const char *path;
	int file;
	void *seen;

	if (offset)
		return *offset;
	path = getenv("CLOCK_OFFSET");
	if (!path)
		return 0;
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	seen = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
	close(file);
	if (seen == MAP_FAILED)
		return 0;
	offset = seen;
	return *offset;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
	int failed = syscall(SYS_clock_gettime, which, now);

	if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
		now->tv_sec += seconds_off();
	return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec exact;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &exact);
	now->tv_sec = exact.tv_sec;
	now->tv_usec = exact.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *told)
{
	struct timespec exact;

	clock_gettime(CLOCK_REALTIME, &exact);
	if (told)
		*told = exact.tv_sec;
	return exact.tv_sec;
}
