# Installs a finished build, then uses it as a stranger would: the program from an empty folder, the
# library by find_package and by pkg-config, from a copy of examples/embed.
# Needs BUILD_DIR, SOURCE_DIR and CXX.
cmake_minimum_required(VERSION 3.25)

set(work ${BUILD_DIR}/install_test)
set(prefix ${work}/prefix)
set(home ${work}/home)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${home})

# Runs a command in the stranger's folder, ends the test if it fails, and sets `out` to its output.
function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${home} OUTPUT_VARIABLE output
                  ERROR_VARIABLE errors RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}\n${output}${errors}")
  endif()
  set(out "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --strip)
foreach(file bin/hebb include/hebb/hebb.h share/man/man1/hebb.1 share/doc/hebb/LICENSE
             share/bash-completion/completions/hebb share/zsh/site-functions/_hebb
             share/fish/vendor_completions.d/hebb.fish)
  if(NOT EXISTS ${prefix}/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
  file(SIZE ${prefix}/${file} size)
  if(size EQUAL 0)
    message(FATAL_ERROR "empty: ${file}")
  endif()
endforeach()

# The program: a built-in set and a model, with nothing of the tree in reach, nor its path inside.
set(stranger env -i HOME=${home} PATH=${prefix}/bin:/usr/bin:/bin)
file(STRINGS ${prefix}/bin/hebb paths REGEX "${SOURCE_DIR}/(src|data|include|apps)" LIMIT_COUNT 1)
if(paths)
  message(FATAL_ERROR "the program knows its source tree: ${paths}")
endif()
run(${stranger} hebb data iris)
run(${stranger} hebb fit iris --epochs 20 --quiet -o iris.hebb)

function(expect_predictions program)
  run(${stranger} ${program} iris.hebb iris)
  string(REGEX MATCHALL "\n" lines "${out}")
  list(LENGTH lines count)
  if(NOT count EQUAL 150)
    message(FATAL_ERROR "${program}: 150 predictions expected, got ${count}:\n${out}")
  endif()
endfunction()

file(COPY ${SOURCE_DIR}/examples/embed DESTINATION ${home})
run(${CMAKE_COMMAND} -S embed -B by_cmake -G Ninja -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build by_cmake)
expect_predictions(by_cmake/embed)

find_program(PKG_CONFIG pkg-config REQUIRED)
file(GLOB package ${prefix}/lib*/pkgconfig ${prefix}/lib*/*/pkgconfig)
run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${package}
    ${PKG_CONFIG} --static --cflags --libs hebb)
separate_arguments(flags UNIX_COMMAND "${out}")
run(${CXX} embed/main.cpp -o by_pkg_config ${flags})
expect_predictions(./by_pkg_config)

file(REMOVE_RECURSE ${work})
