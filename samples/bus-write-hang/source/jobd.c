// A small job runner that tells the system bus how its jobs get on. Three processes of one program:
//   jobd          starts the other two and waits for them
//   jobd worker   does jobs, and emits the signal com.example.Jobs1.Progress after each step
//   jobd status   asks the bus from time to time who is connected
// It speaks D-Bus by hand, with blocking sockets and one write for each message: what godbus does, without its threads.
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALL = 1, SIGNAL = 4, PATH = 1, INTERFACE, MEMBER, DESTINATION = 6, SIGNATURE = 8 };

static const char *bus = "/run/dbus/system_bus_socket";
static unsigned char message[4096];
static size_t used;
static uint32_t serial;

static void align(size_t to) {
  while (used % to) message[used++] = 0;
}

static void number(uint32_t value) {
  align(4);
  memcpy(message + used, &value, 4);
  used += 4;
}

static void text(const char *value) {
  number(strlen(value));
  memcpy(message + used, value, strlen(value) + 1);
  used += strlen(value) + 1;
}

static void field(int code, const char *value) {
  align(8);
  const unsigned char type[4] = {code, 1, code == PATH ? 'o' : code == SIGNATURE ? 'g' : 's', 0};
  memcpy(message + used, type, 4);
  used += 4;
  if (code != SIGNATURE) {
    text(value);
    return;
  }
  message[used++] = strlen(value);
  memcpy(message + used, value, strlen(value) + 1);
  used += strlen(value) + 1;
}

static void begin(int type, const char *path, const char *interface, const char *member) {
  const unsigned char head[4] = {'l', type, 0, 1};
  memcpy(message, head, 4);
  used = 4;
  number(0); // length of the body, filled in by send_message
  number(++serial);
  number(0); // length of the fields
  field(PATH, path);
  field(INTERFACE, interface);
  field(MEMBER, member);
}

static void send_message(int fd, const char *signature, const char *body, uint32_t step) {
  if (signature) field(SIGNATURE, signature);
  const uint32_t fields = used - 16;
  memcpy(message + 12, &fields, 4);
  align(8);
  const size_t start = used;
  if (body) {
    text(body);
    number(step);
  }
  const uint32_t length = used - start;
  memcpy(message + 4, &length, 4);
  if (write(fd, message, used) != (ssize_t)used) exit(2);
}

static int connect_bus(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, bus);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) exit(1);
  char hello[64];
  char *at = hello + sprintf(hello, "%cAUTH EXTERNAL ", 0);
  char uid[12];
  sprintf(uid, "%u", (unsigned)getuid());
  for (char *digit = uid; *digit; digit++) at += sprintf(at, "%02x", *digit);
  at += sprintf(at, "\r\n");
  write(fd, hello, at - hello);
  char answer[512];
  read(fd, answer, sizeof answer);
  write(fd, "BEGIN\r\n", 7);
  begin(CALL, "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello");
  field(DESTINATION, "org.freedesktop.DBus");
  send_message(fd, NULL, NULL, 0);
  read(fd, answer, sizeof answer);
  return fd;
}

static void nap(long milliseconds) {
  const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static void worker(void) {
  const int fd = connect_bus();
  for (int job = 1;; job++)
    for (int step = 0; step < 10; step++) {
      char name[256];
      sprintf(name, "job-%06d: unpack, verify, index and publish the archive of the day; step %d of 10", job, step + 1);
      begin(SIGNAL, "/com/example/Jobs1", "com.example.Jobs1", "Progress");
      send_message(fd, "su", name, step);
      nap(25);
    }
}

static void status(void) {
  const int fd = connect_bus();
  for (;;) {
    begin(CALL, "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames");
    field(DESTINATION, "org.freedesktop.DBus");
    send_message(fd, NULL, NULL, 0);
    struct pollfd ready = {fd, POLLIN, 0};
    while (poll(&ready, 1, 5000) == 0) continue;
    char answer[4096];
    if (read(fd, answer, sizeof answer) <= 0) exit(3);
    nap(1500);
  }
}

int main(int count, char **arguments) {
  if (count > 1 && !strcmp(arguments[1], "worker")) worker();
  if (count > 1 && !strcmp(arguments[1], "status")) status();
  const char *modes[] = {"worker", "status"};
  for (int which = 0; which < 2; which++)
    if (!fork()) {
      execl(arguments[0], "jobd", modes[which], (char *)NULL);
      _exit(127);
    }
  while (wait(NULL) > 0) continue;
  return 0;
}
