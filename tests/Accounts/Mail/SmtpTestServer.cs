using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using ReelBallers.TestKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace ReelBallers.Accounts.Tests;

/// <summary>An SMTP server that keeps the mails, with one user.</summary>
internal sealed class SmtpTestServer : IAsyncDisposable, IMessageStore, IMailboxFilter, IUserAuthenticator
{
    public const string UserName = "mailer";
    public const string Password = "a-password-of-the-tests";

    private readonly CancellationTokenSource _stop = new();
    private readonly List<MimeMessage> _messages = [];
    private readonly Task _running;

    /// <param name="certificate">With one STARTTLS is offered.</param>
    public SmtpTestServer(X509Certificate2? certificate = null)
    {
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AllowUnsecureAuthentication();
            if (certificate is not null)
            {
                endpoint.Certificate(certificate);
            }
        }).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)this);
        services.Add((IMailboxFilter)this);
        services.Add((IUserAuthenticator)this);
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Sessions++;
        _running = server.StartAsync(_stop.Token);
    }

    public int Port { get; } = TestPort.Take();

    /// <summary>What the server answers to recipients.</summary>
    public bool IsRecipientAccepted { get; set; } = true;

    /// <summary>What the server answers to a mail.</summary>
    public SmtpResponse Response { get; set; } = SmtpResponse.Ok;

    /// <summary>How many connections there were.</summary>
    public int Sessions { get; private set; }

    /// <summary>Who has tried to sign in, and with what.</summary>
    public List<(string User, string Password)> SignIns { get; } = [];

    /// <summary>The accepted mails.</summary>
    public IReadOnlyList<MimeMessage> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>A certificate that nothing vouches for.</summary>
    public static X509Certificate2 SelfSigned()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        if (Response.ReplyCode == SmtpReplyCode.Ok)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            var message = await MimeMessage.LoadAsync(stream, cancellationToken);
            lock (_messages)
            {
                _messages.Add(message);
            }
        }
        return Response;
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) =>
        Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Task.FromResult(IsRecipientAccepted);

    public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        SignIns.Add((user, password));
        return Task.FromResult((user, password) == (UserName, Password));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
        }
        _stop.Dispose();
    }
}
