/* For users alone. */
#ifndef USER_H
#define USER_H
typedef int user_int_t;
#endif
