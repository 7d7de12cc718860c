/*
 * protobuf-c, which is opened when the first ONNX file is written or read: no other command loads
 * it. The source of ONNX's messages is compiled with the names below instead of protobuf-c's, and
 * its calls arrive at functions here.
 */
#ifndef SN_PROTOBUF_H
#define SN_PROTOBUF_H

#include "status.h"

/* Whoever packs or unpacks a message opens the library first. SEQNET_ERR_USAGE where it is not
 * installed. */
seqnet_status sn_protobuf_open(seqnet_error *err);

#endif
