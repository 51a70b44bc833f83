/* The files of data/ as read-only bytes, from `name` to `name`_end. */
#if defined(__ELF__)
.section .rodata

.macro embed name, file
    .balign 16
    .globl hebb_\name
    .hidden hebb_\name
    .type hebb_\name, %object
hebb_\name:
    .incbin "\file"
    .size hebb_\name, . - hebb_\name
    .globl hebb_\name\()_end
    .hidden hebb_\name\()_end
hebb_\name\()_end:
    .byte 0
.endm

embed mnist10k_images, "mnist10k-images-idx3-ubyte.gz"
embed mnist10k_labels, "mnist10k-labels-idx1-ubyte.gz"
embed digits, "digits.csv.gz"
embed iris, "iris.csv"
embed wine, "wine.csv"
embed breast_cancer, "breast_cancer.csv.gz"
embed diabetes, "diabetes.csv.gz"

.section .note.GNU-stack, "", %progbits
#else
#error "the built-in data sets are embedded as ELF sections"
#endif
