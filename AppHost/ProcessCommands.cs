using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.AppHost;

/// <summary>What the dashboard can do to a process, beyond starting and stopping it.</summary>
internal static class ProcessCommands
{
    private const string ProcessIdProperty = "executable.pid";

    /// <summary>Kills the process with -9, as a machine that runs out of memory would; it is started again.</summary>
    public static IResourceBuilder<T> WithKillCommand<T>(this IResourceBuilder<T> builder) where T : IResource => builder.WithCommand(
        "kill", "Kill (-9)", KillAsync,
        new CommandOptions
        {
            Description = "Ends the process without warning, as a crash would. It is started again.",
            IconName = "DismissCircle",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled,
        });

    /// <summary>
    /// Whether it is a process of the stack: the dashboard and what rebuilds a project are not, they have no health check.
    /// </summary>
    public static bool IsOurs(IResource resource) =>
        resource is ProjectResource or ExecutableResource && resource.Annotations.OfType<HealthCheckAnnotation>().Any();

    /// <summary>Of the process that a snapshot tells of; null when it tells of none.</summary>
    public static int? ProcessId(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is { } value
        && int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var processId)
        && processId > 0
            ? processId
            : null;

    private static Task<ExecuteCommandResult> KillAsync(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var current) || ProcessId(current.Snapshot) is not { } processId)
        {
            return Task.FromResult(CommandResults.Failure("It does not run."));
        }
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
            return Task.FromResult(CommandResults.Success($"Process {processId} was killed."));
        }
        catch (ArgumentException)
        {
            return Task.FromResult(CommandResults.Failure($"Process {processId} has ended already."));
        }
    }
}
