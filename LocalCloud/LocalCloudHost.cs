using ReelBallers.LocalCloud.Control;
using ReelBallers.LocalCloud.Faults;
using ReelBallers.LocalCloud.OpenId;
using ReelBallers.LocalCloud.R2;
using ReelBallers.LocalCloud.Resend;
using ReelBallers.LocalCloud.RunPod;
using ReelBallers.LocalCloud.Stripe;
using ReelBallers.LocalCloud.TradingView;

namespace ReelBallers.LocalCloud;

/// <summary>The offline clouds and their control port, running in this process.</summary>
public sealed class LocalCloudHost : IAsyncDisposable
{
    private readonly List<WebApplication> _running = [];

    private LocalCloudHost()
    {
    }

    /// <summary>The base of Stripe's API; the resources are under <c>/v1</c>.</summary>
    public Uri StripeUrl { get; private set; } = null!;

    /// <summary>The base of RunPod's API; the endpoint is <c>/v2/local</c>.</summary>
    public Uri RunPodUrl { get; private set; } = null!;

    /// <summary>The base of R2's S3 API, path style.</summary>
    public Uri R2Url { get; private set; } = null!;

    /// <summary>The base of Resend's API.</summary>
    public Uri ResendUrl { get; private set; } = null!;

    /// <summary>The base of TradingView's access management.</summary>
    public Uri TradingViewUrl { get; private set; } = null!;

    /// <summary>The OpenID issuer.</summary>
    public Uri OpenIdUrl { get; private set; } = null!;

    /// <summary>The base of the control port.</summary>
    public Uri ControlUrl { get; private set; } = null!;

    /// <summary>Starts all servers and returns when each of them answers.</summary>
    /// <exception cref="IOException">A port is taken; nothing is left running.</exception>
    public static async Task<LocalCloudHost> StartAsync(LocalCloudOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var host = new LocalCloudHost();
        var faults = new FaultStore();
        var mailbox = new Mailbox(options.Time);
        var access = new AccessBook(options);
        try
        {
            var stripe = StripeCloud.Build(options, faults);
            host.StripeUrl = await host.StartAsync(stripe, cancellationToken);
            host.RunPodUrl = await host.StartAsync(RunPodCloud.Build(options, faults), cancellationToken);
            host.R2Url = await host.StartAsync(R2Cloud.Build(options, faults), cancellationToken);
            host.ResendUrl = await host.StartAsync(ResendCloud.Build(options, faults, mailbox), cancellationToken);
            host.TradingViewUrl = await host.StartAsync(TradingViewCloud.Build(options, faults, access), cancellationToken);
            var openId = OpenIdCloud.Build(options, faults);
            host.OpenIdUrl = await host.StartAsync(openId, cancellationToken);
            host.ControlUrl = await host.StartAsync(
                ControlApp.Build(options, faults, stripe.Services.GetRequiredService<StripeStore>(), mailbox, access, openId),
                cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the servers; what they hold is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Select(app => app.StopAsync()));
        foreach (var app in _running)
        {
            await app.DisposeAsync();
        }

        _running.Clear();
    }

    private async Task<Uri> StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        _running.Add(app);
        await app.StartAsync(cancellationToken);
        return app.Address();
    }
}
