package dev.matricula.spring;

import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** The three things of Spring's that a client's metadata goes into. */
record ClientDraft(
    RegisteredClient.Builder client,
    ClientSettings.Builder settings,
    TokenSettings.Builder tokens) {}
