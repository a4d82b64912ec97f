/* For servers alone. */
#ifndef SERVER_H
#define SERVER_H
typedef unsigned int server_int_t;
#endif
