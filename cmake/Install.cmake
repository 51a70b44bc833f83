# Where everything goes: the program, the library, its headers, what find_package and pkg-config read,
# completions, the man page and the documents.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hebb)

install(TARGETS hebb_program)
install(DIRECTORY include/hebb DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
# An export for each component, so that find_package() looks only for what the components asked for link to.
foreach(name IN LISTS hebb_components)
  install(TARGETS hebb_${name} EXPORT hebb_${name})
  install(EXPORT hebb_${name} FILE hebb_${name}.cmake NAMESPACE hebb:: DESTINATION ${package_dir})
endforeach()
install(TARGETS hebb EXPORT hebb)
install(EXPORT hebb FILE hebb.cmake NAMESPACE hebb:: DESTINATION ${package_dir})
if(BUILD_SHARED_LIBS)
  file(RELATIVE_PATH to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(hebb_program PROPERTIES INSTALL_RPATH "$ORIGIN/${to_lib}")
  foreach(name IN LISTS hebb_components)
    set_target_properties(hebb_${name} PROPERTIES INSTALL_RPATH "$ORIGIN")
  endforeach()
endif()

configure_package_config_file(cmake/hebbConfig.cmake.in ${PROJECT_BINARY_DIR}/hebbConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hebbConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hebbConfig.cmake ${PROJECT_BINARY_DIR}/hebbConfigVersion.cmake
        DESTINATION ${package_dir})
# With everything that the pages link to.
install(FILES LICENSE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
        PATTERN "site" EXCLUDE PATTERN "Doxyfile" EXCLUDE)

# hebb-core.pc and so on, and hebb.pc for the whole. What a component links to stands here rather than in
# Requires.private: curl's own static dependencies are not ours, and need not be installed.
set(core_libs "-ldnnl -lfmt -lz -lcrypto -lgomp -pthread")
set(formats_libs "-lpng -ljpeg -lzip -lz")
set(fetch_libs "-lcurl")
set(plots_libs "-lcairo -lfmt")
set(classical_libs "-lsvm -llinear -lfmt")
if(HEBB_XGBOOST AND HEBB_XGBOOST_INCLUDE)
  string(APPEND classical_libs " -lxgboost")
endif()
set(run_libs "-lfmt")
set(select_libs "-lsqlite3 -lpq -lfmt")
file(RELATIVE_PATH include_from_lib /${CMAKE_INSTALL_LIBDIR} /${CMAKE_INSTALL_INCLUDEDIR})
function(hebb_write_pc name description libs third_party needs)
  list(TRANSFORM needs PREPEND hebb-)
  list(REVERSE needs)  # a linker reads from left to right
  list(JOIN needs " " requires)
  if(BUILD_SHARED_LIBS)
    set(libs_private ${third_party})
  else()
    string(APPEND libs " ${third_party}")
  endif()
  configure_file(cmake/hebb.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
foreach(name IN LISTS hebb_components)
  hebb_write_pc(hebb-${name} "${PROJECT_DESCRIPTION}: component ${name}" -lhebb_${name} "${${name}_libs}"
                "${hebb_${name}_needs}")
endforeach()
hebb_write_pc(hebb "${PROJECT_DESCRIPTION}" "" "" "${hebb_components}")

# The program writes these itself, so that they know every verb and every flag.
set(shell_dir ${PROJECT_BINARY_DIR}/shell)
set(shell_files)
function(hebb_written_by_program file destination)
  add_custom_command(OUTPUT ${shell_dir}/${file}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${shell_dir}
    COMMAND hebb_program help ${ARGN} > ${shell_dir}/${file}
    DEPENDS hebb_program VERBATIM)
  set(shell_files ${shell_files} ${shell_dir}/${file} PARENT_SCOPE)
  install(FILES ${shell_dir}/${file} DESTINATION ${destination})
endfunction()
hebb_written_by_program(hebb ${CMAKE_INSTALL_DATADIR}/bash-completion/completions --completion bash)
hebb_written_by_program(_hebb ${CMAKE_INSTALL_DATADIR}/zsh/site-functions --completion zsh)
hebb_written_by_program(hebb.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d --completion fish)
hebb_written_by_program(hebb.1 ${CMAKE_INSTALL_MANDIR}/man1 --man)
add_custom_target(hebb_shell_files ALL DEPENDS ${shell_files})
