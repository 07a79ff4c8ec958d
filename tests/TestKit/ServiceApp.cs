using System.Collections.Concurrent;
using System.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.TestKit;

/// <summary>One of our services in the test's own process, on a real port, as its Program.cs builds it.</summary>
public sealed class ServiceApp : IAsyncDisposable
{
    /// <summary>The internal credential of every service under test.</summary>
    public const string Credential = "credential-of-the-tests";

    private readonly IFactory _factory;
    private readonly ConcurrentQueue<IDisposable> _clients = new();

    private ServiceApp(IFactory factory, Uri address) => (_factory, Address) = (factory, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Its container.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>Starts the service of that assembly ("Wallet", "Payments", …) on a free port.</summary>
    public static Task<ServiceApp> StartAsync(
        string assemblyName, IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configureServices = null)
    {
        var program = Assembly.Load(assemblyName).EntryPoint?.DeclaringType
            ?? throw new InvalidOperationException($"{assemblyName} has no entry point.");
        var all = new Dictionary<string, string?>
        {
            ["Internal:Credential"] = Credential,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        var factory = (IFactory)Activator.CreateInstance(
            typeof(Factory<>).MakeGenericType(program), all, configureServices ?? (_ => { }))!;
        factory.Start();
        var addresses = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return Task.FromResult(new ServiceApp(factory, new Uri(addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal))));
    }

    /// <summary>A REST client that speaks as the Gateway does for this user (null: an anonymous caller).</summary>
    public HttpClient CreateClient(Guid? userId = null, bool withCredential = true)
    {
        var client = new HttpClient(new Http2Handler()) { BaseAddress = Address };
        if (withCredential)
        {
            client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, Credential);
        }
        if (userId is { } user)
        {
            client.DefaultRequestHeaders.Add(Caller.HeaderName, user.ToString());
        }
        _clients.Enqueue(client);
        return client;
    }

    /// <summary>For gRPC clients: <c>new WalletService.WalletServiceClient(app.Invoker())</c>.</summary>
    public CallInvoker Invoker(bool withCredential = true)
    {
        var channel = GrpcChannel.ForAddress(Address);
        _clients.Enqueue(channel);
        return withCredential
            ? channel.Intercept(new OutgoingCallInterceptor(Services.GetRequiredService<InternalCredential>()))
            : channel.CreateCallInvoker();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
        await _factory.DisposeAsync();
    }

    private interface IFactory : IAsyncDisposable
    {
        IServiceProvider Services { get; }

        void Start();
    }

    private sealed class Factory<TProgram> : WebApplicationFactory<TProgram>, IFactory where TProgram : class
    {
        private readonly Dictionary<string, string?> _settings;
        private readonly Action<IServiceCollection> _configureServices;

        public Factory(Dictionary<string, string?> settings, Action<IServiceCollection> configureServices)
        {
            (_settings, _configureServices) = (settings, configureServices);
            UseKestrel(0);
        }

        public void Start() => StartServer();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Testing");
            foreach (var (key, value) in _settings)
            {
                builder.UseSetting(key, value);
            }
            builder.ConfigureTestServices(_configureServices);
        }
    }
}
