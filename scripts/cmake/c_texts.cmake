# Embeds the texts of which exported C files are made: sources of the runtime and of the library's text
# rule. c_texts becomes the list of C files that hold them.
set(c_texts)
foreach(text utf8=base/utf8.h characters=text/characters.h markup_header=text/markup.h markup=text/markup.c
        read_char=text/read_char.h unicode_rule=text/unicode_rule.c ngram_hash=ngrams/ngram_hash.h
        functions=functions.h character_tables=characters.h tokens=tokens.h vocabulary=vocabulary.h
        words=words.h sigma=sigma.h final_sigma=text/final_sigma.c imported=imported.h network=network.h xxh3=xxh3.h ngrams=ngrams.h head=head.c.in
        declarations=declarations.c.in predict=predict.c.in)
    string(REGEX MATCH "^([^=]*)=(.*)$" text ${text})
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    if(NOT file MATCHES "/")
        set(file c_export/runtime/${file})
    endif()
    seqnet_embed(${CMAKE_CURRENT_SOURCE_DIR}/${file} sn_text_c_${name} ${PROJECT_BINARY_DIR}/c_text_${name}.c)
    list(APPEND c_texts ${PROJECT_BINARY_DIR}/c_text_${name}.c)
endforeach()
