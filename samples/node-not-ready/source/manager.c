/* What the fault in systemd before v242 comes to, in a few lines: every message on a D-Bus connection needs a 32-bit serial, the
   counter has 64 bits, and once it is past 0xffffffff no message can be sealed any more (sd-bus: bus_message_seal). This program
   stands in for systemd, whose version here has the correction: gdb.txt is gdb's session with it. It is no sender of messages. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sd_bus {
  int fd;
  uint64_t cookie;
} sd_bus;

__attribute__((noinline)) static int bus_seal_message(sd_bus *bus) {
  uint64_t cookie = ++bus->cookie;
  if (cookie > 0xffffffffU) return -EOPNOTSUPP;
  return 0;
}

__attribute__((noinline)) static int sd_bus_send(sd_bus *bus, const char *what) {
  int r = bus_seal_message(bus);
  if (r < 0) fprintf(stderr, "Failed to propagate %s: %s\n", what, strerror(-r));
  return r;
}

__attribute__((noinline)) static int bus_process(sd_bus *bus) {
  struct pollfd p = {.fd = bus->fd, .events = POLLIN};
  poll(&p, 1, 2000);
  return sd_bus_send(bus, "agent release message");
}

int main(int argc, char **argv) {
  sd_bus bus = {.fd = 0, .cookie = argc > 1 ? strtoull(argv[1], 0, 0) : 0};
  for (;;) bus_process(&bus);
}
