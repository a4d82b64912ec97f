/* For what is generated, not for who includes its headers. */
#ifndef INTERNAL_H
#define INTERNAL_H
#endif
