/// <summary>
/// Called by the runtime before <c>Main</c> of a process that names this assembly in <c>DOTNET_STARTUP_HOOKS</c>. That it is loaded is
/// all that is needed: the host then finds <see cref="ReelBallers.TestKit.MovedClockStartup"/>. The runtime demands this name.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
    }
}
