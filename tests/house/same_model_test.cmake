# An example names, in a comment that begins with "// hebb fit", the command that writes the same
# model file; both are run, each in a folder of its own, and the files compared byte for byte.
file(STRINGS ${SOURCE} lines REGEX "^// hebb fit ")
string(REGEX REPLACE "^// hebb " "" command "${lines}")
separate_arguments(arguments UNIX_COMMAND "${command}")
list(GET arguments -1 model)
set(here ${BUILD_DIR}/same_model)
file(REMOVE_RECURSE ${here})
file(MAKE_DIRECTORY ${here}/example ${here}/program)
execute_process(COMMAND ${EXAMPLE} WORKING_DIRECTORY ${here}/example OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} ${arguments} --quiet WORKING_DIRECTORY ${here}/program OUTPUT_QUIET
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${here}/example/${model} ${here}/program/${model}
                COMMAND_ERROR_IS_FATAL ANY)
