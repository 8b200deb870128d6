# Where things that outlive a build tree are kept: built dependencies (deps/) and compiled objects (ccache/).
# scripts/lib/common.sh follows the same rule, so that a plain `cmake --preset` finds what scripts/bootstrap built.
if(DEFINED ENV{WINJOB_CACHE})
  set(WINJOB_CACHE_DIR "$ENV{WINJOB_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(WINJOB_CACHE_DIR "$ENV{XDG_CACHE_HOME}/winjob")
else()
  set(WINJOB_CACHE_DIR "$ENV{HOME}/.cache/winjob")
endif()
