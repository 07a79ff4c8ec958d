using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using LocalPostgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using ReelBallers.EndToEnd.Tests.Otlp;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>
/// The whole stack, started by the AppHost on free ports and an empty data directory. When it has stopped, no process
/// may be left. What it answered and logged is kept for <see cref="SecretScanTests"/>. Rate limits are off: they have
/// their own tests, and the fuzz would meet little else.
/// </summary>
public sealed partial class Stack : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(2);

    private static readonly string[] BuiltInCommands =
    [
        KnownResourceCommands.StartCommand, KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand, "rebuild",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("reelballers-stack-").FullName;
    private readonly int _replicas;
    private DistributedApplication? _app;

    public Stack()
        : this(replicas: 1)
    {
    }

    /// <param name="replicas">How many Gateways, and how many of each service.</param>
    internal Stack(int replicas) => _replicas = replicas;

    /// <summary>The Gateway.</summary>
    public Uri Url => UrlOf("gateway", "http");

    /// <summary>The Gateway as browsers know it: <c>App:Url</c>.</summary>
    public Uri AppUrl => new UriBuilder(Url) { Host = "localhost" }.Uri;

    /// <summary>LocalCloud's control port.</summary>
    public Uri Control => UrlOf("localcloud", "control");

    /// <summary>LocalCloud's Stripe.</summary>
    public Uri Stripe => UrlOf("localcloud", "stripe");

    /// <summary>LocalCloud's RunPod.</summary>
    public Uri RunPod => UrlOf("localcloud", "runpod");

    /// <summary>The Wallet itself, behind the Gateway.</summary>
    public Uri Wallet => UrlOf("wallet", "http");

    /// <summary>What the stack exports as traces.</summary>
    internal SpanReceiver Spans { get; private set; } = null!;

    /// <summary>What the last stack answered and logged; null before one has ended.</summary>
    internal static Evidence? LastRun { get; private set; }

    /// <summary>The answers and log lines of this run.</summary>
    internal Evidence Evidence { get; } = new();

    private DistributedApplicationModel Model => _app!.Services.GetRequiredService<DistributedApplicationModel>();

    private string Output => string.Join('\n', Evidence.LogLines);

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(StartTimeout);
        // There is no dashboard in tests.
        Spans = await SpanReceiver.StartAsync();
        Environment.SetEnvironmentVariable("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", Spans.Url);
        // The packs that there are without a setting, and one that grants access.
        foreach (var (index, (id, price, bonus)) in new[] { ("starter", 500, 0), ("pro", 2_000, 200), ("max", 3_500, 700) }.Index())
        {
            SetPack(index, ("Id", id), ("PriceCents", $"{price}"), ("Credits", $"{price}"), ("BonusCredits", $"{bonus}"));
        }
        SetPack(
            3, ("Id", "access"), ("PriceCents", "600"), ("Grants__0__Product", "PUB;end-to-end"), ("Grants__0__Name", "The script"),
            ("Grants__0__DurationDays", "30"));
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
        [
            $"--DataDirectory={_directory}", $"--replicas={_replicas}",
            "--Parameters:gateway-port=0", "--Parameters:localcloud-stripe-port=0",
            "--Parameters:localcloud-runpod-port=0", "--Parameters:localcloud-r2-port=0", "--Parameters:localcloud-resend-port=0",
            "--Parameters:localcloud-openid-port=0", "--Parameters:localcloud-tradingview-port=0",
            "--Parameters:localcloud-control-port=0", "--Parameters:dashboard-port=0", "--Parameters:rate-limits=off",
            $"--Parameters:admin-email={AdminEmail}",
        ], patience.Token);
        builder.Services.AddLogging(logging => logging
            .AddProvider(new LineLogger(Evidence.LogLines))
            .AddFilter<LineLogger>("AppHost.Resources", LogLevel.Trace)
            .AddFilter<ConsoleLoggerProvider>("AppHost.Resources", LogLevel.None));
        // A payment of this moment is the reconciler's as well: waiting for it would take a minute.
        builder.CreateResourceBuilder<ProjectResource>("payments").WithEnvironment("Reconciler__GraceSeconds", "0");
        // All people of the tests have one address.
        builder.CreateResourceBuilder<ProjectResource>("accounts").WithEnvironment("SignIn__LinksPerClient", "10000")
            // Operators are told soon.
            .WithEnvironment("Alerts__PollSeconds", "2").WithEnvironment("Alerts__IntervalMinutes", "1");
        _app = await builder.BuildAsync(patience.Token);
        await _app.StartAsync(patience.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(IsReady()), "the stack is ready", StartTimeout);
    }

    private static void SetPack(int index, params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
        {
            Environment.SetEnvironmentVariable($"Catalog__Packs__{index}__{name}", value);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }
        try
        {
            Evidence.Secrets = await RunSecrets.ReadAsync(this, _directory);
        }
        finally
        {
            await StopAsync(_app);
            await Spans.DisposeAsync();
            LastRun = _replicas == 1 ? Evidence : LastRun;
        }
    }

    private async Task StopAsync(DistributedApplication app)
    {
        var processes = Processes();
        using var patience = new CancellationTokenSource(StopTimeout);
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        Assert.NotEmpty(processes);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(!processes.Any(IsAlive)), $"no process is left of {string.Join(' ', processes)}\n{Output}", StopTimeout);
        PostgresServer.DeleteData(Path.Combine(_directory, "postgres"));
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Kills the resource's process with -9, as the machine's memory guard would.</summary>
    public async Task KillAsync(string resource)
    {
        // Right after a restart the list may still name the process before it.
        await KillAsync(await Eventually.BecomesAsync(() => Task.FromResult(ProcessIdOf(resource)), IsAlive, $"{resource} runs"));
    }

    /// <summary>Kills this process with -9, and waits until it is gone.</summary>
    public static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        // PostgreSQL is started by a shell.
        process.Kill(entireProcessTree: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
    }

    /// <summary>The process of the resource at this moment.</summary>
    public int ProcessIdOf(string resource) =>
        Resource(resource).GetProperty("processId") is { ValueKind: JsonValueKind.Number } processId ? processId.GetInt32() : -1;

    /// <summary>The processes of a resource of several.</summary>
    public IReadOnlyList<int> ReplicasOf(string resource) =>
        [.. ResourcesOf(resource).Select(replica => replica.GetProperty("processId")).Where(id => id.ValueKind == JsonValueKind.Number)
            .Select(id => id.GetInt32()).Order()];

    /// <summary>Those of them that run.</summary>
    public IReadOnlyList<int> LivingReplicasOf(string resource) => [.. ReplicasOf(resource).Where(IsAlive)];

    /// <summary>Where one of several replicas listens, past what is in front of them all.</summary>
    public static Uri UrlOfProcess(int processId)
    {
        const string Name = "ASPNETCORE_URLS=";
        var urls = File.ReadAllText($"/proc/{processId}/environ").Split('\0')
            .Single(variable => variable.StartsWith(Name, StringComparison.Ordinal))[Name.Length..];
        return new Uri(urls.Split(';')[0]);
    }

    /// <summary>Executes a command of the resource, as a click in the dashboard does.</summary>
    public async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var target = Model.Resources.Single(one => one.Name == resource);
        var inputs = new InteractionInputCollection([.. arguments.Select(argument =>
            new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]);
        using var patience = new CancellationTokenSource(StopTimeout);
        return await _app!.Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(target, command, inputs, patience.Token);
    }

    /// <summary>The commands of our own, as "resource command".</summary>
    public IEnumerable<string> Commands() =>
        from resource in Model.Resources
        from command in resource.Annotations.OfType<ResourceCommandAnnotation>()
        where !BuiltInCommands.Contains(command.Name)
        select $"{resource.Name} {command.Name}";

    /// <summary>What the command offers to choose from for an argument.</summary>
    public string[] Choices(string resource, string command, string argument) =>
    [
        .. Model.Resources.Single(one => one.Name == resource).Annotations.OfType<ResourceCommandAnnotation>()
            .Single(one => one.Name == command).Arguments.Single(one => one.Name == argument).Options!.Select(option => option.Key),
    ];

    /// <summary>Whether the resource's process runs and is healthy.</summary>
    public bool IsHealthy(string resource) => Resource(resource) is var now
        && now.GetProperty("state").GetString() == KnownResourceStates.Running && now.GetProperty("health").GetString() == "Healthy";

    /// <summary>Waits until everything is healthy again.</summary>
    public Task IsHealthyAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            using var client = new HttpClient();
            try
            {
                using var answer = await client.GetAsync(new Uri(Url, "/api/health"));
                using var control = await client.GetAsync(new Uri(Control, "/health"));
                return answer.IsSuccessStatusCode && control.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "the stack is healthy again", TimeSpan.FromMinutes(3));

    /// <summary>Scripts a fault at LocalCloud's control port.</summary>
    public async Task FaultAsync(object fault)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(Control, "/faults"), fault);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The token of the sign-in link in the newest mail to an address.</summary>
    /// <param name="email">The address.</param>
    /// <param name="known">How many such mails there were before.</param>
    public async Task<string> SignInTokenAsync(string email, int known = 0)
    {
        var text = (await Eventually.BecomesAsync(
            () => SignInMailsAsync(email), mails => mails.Count > known, $"a sign-in mail to {email} arrives"))[^1];
        var start = text.IndexOf("#token=", StringComparison.Ordinal) + "#token=".Length;
        return text[start..].Split('\n')[0];
    }

    /// <summary>The texts of the mails with a link to sign in by.</summary>
    public async Task<List<string>> SignInMailsAsync(string email) =>
        [.. (await MailsAsync(email)).Select(mail => mail.GetProperty("text").GetString()!)
            .Where(text => text.Contains("#token=", StringComparison.Ordinal))];

    /// <summary>The mails to an address, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MailsAsync(string email)
    {
        using var client = new HttpClient();
        var mailbox = await client.GetFromJsonAsync<JsonElement>(new Uri(Control, "/mail"));
        return [.. mailbox.GetProperty("mails").EnumerateArray().Where(mail => mail.GetProperty("to")[0].GetString() == email)];
    }

    /// <summary>Waits for a mail with this subject to an address.</summary>
    public Task<JsonElement> MailAsync(string email, string subject) => Eventually.BecomesAsync(
        async () => (await MailsAsync(email)).FirstOrDefault(mail => mail.GetProperty("subject").GetString() == subject),
        mail => mail.ValueKind == JsonValueKind.Object, $"a mail '{subject}' to {email} arrives");

    /// <summary>Takes all faults away.</summary>
    public async Task ClearFaultsAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.DeleteAsync(new Uri(Control, "/faults"));
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>The value of a parameter that the AppHost made at random for this run.</summary>
    public string Parameter(string name) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_directory, "parameters.json")))
            .GetProperty(name).GetString()!;

    private Uri UrlOf(string resource, string endpoint) => new(Resource(resource).GetProperty("urls").GetProperty(endpoint).GetString()!);

    // Of replicas the first: all have the same URLs.
    private JsonElement Resource(string name) => ResourcesOf(name).First();

    private IEnumerable<JsonElement> ResourcesOf(string name) => Running().GetProperty("resources").EnumerateArray()
        .Where(resource => resource.GetProperty("name").GetString() == name);

    private JsonElement Running() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_directory, "running.json")));

    private bool IsReady()
    {
        if (_app!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The AppHost gave up:\n{Output}");
        }
        return File.Exists(Path.Combine(_directory, "running.json")) && Running().GetProperty("ready").GetBoolean();
    }

    private List<int> Processes() =>
    [
        .. Running().GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("processId")).Where(id => id.ValueKind == JsonValueKind.Number)
            .SelectMany(id => WithChildren(id.GetInt32())),
    ];

    private static IEnumerable<int> WithChildren(int processId)
    {
        var children = $"/proc/{processId}/task/{processId}/children";
        var ids = File.Exists(children) ? File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return ids.SelectMany(id => WithChildren(int.Parse(id, CultureInfo.InvariantCulture))).Prepend(processId);
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>One stack for all journeys: they are different users on it.</summary>
[CollectionDefinition(nameof(Stack))]
public sealed class StackCollection : ICollectionFixture<Stack>;
