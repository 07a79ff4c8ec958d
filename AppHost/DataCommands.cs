using LocalPostgres;
using LocalPostgres.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.AppHost;

/// <summary>Starting over without starting again.</summary>
internal static class DataCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Stops the processes, empties what they have stored, and starts them.</summary>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> postgres, DataDirectory data, IReadOnlyList<string> databases)
        where T : IResourceWithConnectionString =>
        postgres.WithCommand(
            "reset", "Reset all data", context => ResetAsync(context, postgres.Resource, databases, data),
            new CommandOptions
            {
                Description = "Stops the services, empties their databases and the offline clouds, and starts them.",
                ConfirmationMessage = "All users, payments, files and jobs will be gone. Go on?",
                IconName = "DeleteDismiss",
            });

    private static async Task<ExecuteCommandResult> ResetAsync(
        ExecuteCommandContext context, IResourceWithConnectionString postgres, IReadOnlyList<string> databases, DataDirectory data)
    {
        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var projects = context.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProjectResource>()
            .Where(ProcessCommands.IsOurs).ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(Patience);
        foreach (var project in projects)
        {
            await commands.ExecuteCommandAsync(project, KnownResourceCommands.StopCommand, patience.Token);
        }
        foreach (var project in projects)
        {
            await notifications.WaitForResourceAsync(project.Name, KnownResourceStates.TerminalStates, patience.Token);
        }
        await ServerDatabases.RecreateAsync(postgres, databases, patience.Token);
        PostgresServer.DeleteData(data.For("localcloud"));
        foreach (var project in projects.OrderBy(Depth))
        {
            var start = await commands.ExecuteCommandAsync(project, KnownResourceCommands.StartCommand, context.CancellationToken);
            if (!start.Success)
            {
                return start;
            }
            // What waits for it would take the end of its last run for a failure.
            await notifications.WaitForResourceAsync(
                project.Name, now => !KnownResourceStates.TerminalStates.Contains(now.Snapshot.State?.Text), context.CancellationToken);
        }
        return CommandResults.Success("Everything starts over.");
    }

    /// <summary>0 for a resource that waits for none, and one more than the deepest that it waits for.</summary>
    private static int Depth(IResource resource) => resource.Annotations.OfType<WaitAnnotation>()
        .Select(wait => Depth(wait.Resource) + 1).DefaultIfEmpty(0).Max();
}
