using System.Net;
using MailKit.Security;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The SMTP server that sends the mails: section <c>Smtp</c>, read when <c>Mail:Transport</c> is <c>smtp</c>.</summary>
internal sealed class SmtpOptions : IValidatedOptions
{
    private const string StartTls = "starttls";
    private const string Tls = "tls";
    private const string None = "none";

    /// <summary>The server's name.</summary>
    public string Host { get; init; } = "";

    /// <summary>The server's port: usually 587 with <c>starttls</c>, and 465 with <c>tls</c>.</summary>
    public int Port { get; init; } = 587;

    /// <summary>
    /// <c>starttls</c>: the connection is encrypted by STARTTLS before anything else is sent. <c>tls</c>: it is from the beginning.
    /// <c>none</c>: it is not, for a server on this machine (<c>localhost</c>) only.
    /// </summary>
    public string Security { get; init; } = StartTls;

    /// <summary>The user to sign in as; empty: without signing in.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>As MailKit calls it.</summary>
    internal SecureSocketOptions SocketOptions => Security switch
    {
        StartTls => SecureSocketOptions.StartTls,
        Tls => SecureSocketOptions.SslOnConnect,
        None => SecureSocketOptions.None,
        _ => throw new InvalidOperationException($"Smtp:Security is '{Security}'."),
    };

    public void Validate(OptionsErrors errors)
    {
        errors.Required(nameof(Host), Host, "the name of the SMTP server");
        errors.Range(nameof(Port), Port, 1, 65535);
        errors.OneOf(nameof(Security), Security, StartTls, Tls, None);
        if (Security == None && !IsLoopback)
        {
            errors.Add(nameof(Security), "is 'none', which is for a server on this machine only. Set it to starttls or tls.");
        }
        if (UserName.Length > 0)
        {
            errors.Required(nameof(Password), Password, "the password of Smtp:UserName");
        }
    }

    private bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}
