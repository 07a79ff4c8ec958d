using System.Runtime.InteropServices;

namespace LocalPostgres;

/// <summary>Signals, which .NET can only send as SIGKILL.</summary>
internal static class ProcessSignal
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int NoSuchProcess = 3;

    /// <summary>To a process, or (negative) to a group; false when there is none.</summary>
    public static bool Send(int process, int signal) => SendSignal(process, signal) == 0;

    public static bool IsAlive(int process) =>
        SendSignal(process, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
