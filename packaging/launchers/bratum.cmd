@echo off
rem The command line of BraTum Workstation: the application itself, without a window.
rem It writes to the console that it was started from; only a batch file waits for it.
start "" /b /wait "%~dp0BraTum Workstation.exe" --cli %*
exit /b %ERRORLEVEL%
