#include "tokenizer_file.h"
#include <string.h>
seqnet_status sn_tokenizer_file_read(sn_tokenizer_file *file, const char *path, seqnet_error *err)
{ memset(file,0,sizeof *file); return sn_fail(err,SEQNET_ERR_MODEL,"%s: stub",path); }
void sn_tokenizer_file_free(sn_tokenizer_file *file) { sn_vocabulary_free(file->vocabulary); memset(file,0,sizeof *file);}
bool sn_vectorizer_rule(sn_text_rule *rule, const char *standardize, const char *split){(void)rule;(void)standardize;(void)split;return false;}
seqnet_status sn_vectorizer_parse(sn_tokenizer_file *file, const sn_text_rule *rule,
                                  size_t max_tokens, const char *lines, size_t size,
                                  const char *path, seqnet_error *err){(void)file;(void)rule;(void)max_tokens;(void)lines;(void)size;return sn_fail(err,SEQNET_ERR_MODEL,"%s: stub",path);}
seqnet_status sn_label_names_read(sn_label_names *labels, const char *path, seqnet_error *err){memset(labels,0,sizeof *labels);return sn_fail(err,SEQNET_ERR_MODEL,"%s: stub",path);}
void sn_label_names_free(sn_label_names *labels){memset(labels,0,sizeof *labels);}
