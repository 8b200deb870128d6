# Shared by run.ps1 and test.ps1: Visual Studio's compiler, vcpkg, and the build. Works with Windows PowerShell 5.1 and 7.
# It was written from the documentation: none of the machines that this project is tested on runs Windows.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

$script:Cache = if ($env:WINJOB_CACHE) { $env:WINJOB_CACHE } else { Join-Path $env:LOCALAPPDATA 'winjob' }
$script:Installer = Join-Path ${env:ProgramFiles(x86)} 'Microsoft Visual Studio\Installer'

# A line with its duration; the output goes to a file, and its end to the console on failure. The command runs under cmd,
# because PowerShell 5.1 takes what a program writes to stderr for errors of its own.
function Invoke-Step([string] $What, [string] $Log, [string] $Command) {
    $began = Get-Date
    Write-Host -NoNewline "$What ... "
    cmd.exe /d /s /c "$Command >$Log 2>&1"
    $seconds = [int]((Get-Date) - $began).TotalSeconds
    if ($LASTEXITCODE -eq 0) {
        Write-Host "$seconds s"
        return $true
    }
    Write-Host "failed after $seconds s. The end of ${Log}:"
    Get-Content $Log -Tail 30 | ForEach-Object { Write-Host "    $_" }
    return $false
}

function Find-VisualStudio {
    $vswhere = Join-Path $Installer 'vswhere.exe'
    if (-not (Test-Path $vswhere)) { return $null }
    & $vswhere -latest -products * -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath
}

# cl, cmake and ninja on the PATH. Visual Studio's own environment names its own copy of vcpkg, so what the user named is kept.
function Enter-Compiler {
    $named = $env:VCPKG_ROOT
    $studio = Find-VisualStudio
    if (-not $studio) {
        if (-not (Get-Command winget -ErrorAction SilentlyContinue)) {
            throw 'Install Visual Studio (or its Build Tools) with "Desktop development with C++", then run this again.'
        }
        Write-Host 'installing the Visual Studio Build Tools'
        winget install --id Microsoft.VisualStudio.2022.BuildTools --exact --silent --accept-package-agreements `
            --accept-source-agreements --override ('--passive --wait --add Microsoft.VisualStudio.Workload.VCTools ' +
            '--includeRecommended --add Microsoft.VisualStudio.Component.Vcpkg') | Out-Host
        $studio = Find-VisualStudio
        if (-not $studio) { throw 'The Visual Studio Build Tools could not be installed.' }
    }
    if (-not (Get-Command cl.exe -ErrorAction SilentlyContinue)) {
        Import-Module (Join-Path $studio 'Common7\Tools\Microsoft.VisualStudio.DevShell.dll')
        Enter-VsDevShell -VsInstallPath $studio -SkipAutomaticLocation -DevCmdArguments '-arch=x64 -host_arch=x64' | Out-Null
    }

    # The user's, a GitHub runner's, or the one that comes with Visual Studio.
    $candidates = @($named, $env:VCPKG_INSTALLATION_ROOT, (Join-Path $studio 'VC\vcpkg')) | Where-Object { $_ }
    $env:VCPKG_ROOT = $candidates |
        Where-Object { Test-Path (Join-Path $_ 'scripts\buildsystems\vcpkg.cmake') } | Select-Object -First 1
    if (-not $env:VCPKG_ROOT) {
        throw 'Set VCPKG_ROOT, or add the component "vcpkg package manager" to Visual Studio (Visual Studio Installer, Modify).'
    }
}

# Built packages are kept outside the tree; vcpkg keys them by their content itself.
function Build-Windows([string] $Logs) {
    Enter-Compiler
    $env:VCPKG_DEFAULT_BINARY_CACHE = Join-Path $Cache 'vcpkg'
    New-Item -ItemType Directory -Force $env:VCPKG_DEFAULT_BINARY_CACHE, $Logs | Out-Null
    $configured = Invoke-Step 'configuring, with the libraries from vcpkg' "$Logs\configure.log" 'cmake --preset windows-vcpkg'
    return $configured -and
        (Invoke-Step 'building build\windows-vcpkg' "$Logs\build.log" 'cmake --build --preset windows-vcpkg')
}
