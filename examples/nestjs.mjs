// NestJS: the axios instance of HttpModule as a cache, for every service that injects HttpService.
// Run it: node examples/nestjs.mjs
// It needs: npm install @nestjs/axios @nestjs/common @nestjs/core reflect-metadata rxjs
//
// It is JavaScript, so that it runs as it is: decorators are called as the functions they are. In TypeScript the same is
//
//   @Module({ imports: [HttpModule.register({ baseURL })], providers: [HttpCache], exports: [HttpModule] })
//   export class CachedHttpModule {}
import 'reflect-metadata';
import { createServer } from 'node:http';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { cachePlugin } from 'axios-http-cache';
import { firstValueFrom } from 'rxjs';

/** Installs the cache when the application starts, and ends it in an orderly way when that ends. */
class HttpCache {
  constructor(http) {
    // Any option goes here: a `store` for several instances of the service, `onEvent` for a logger of Nest's.
    this.api = cachePlugin({ expireAfter: '1m', staleIfError: 300 })(http.axiosRef);
  }

  async onModuleDestroy() {
    await this.api.cache.close();
  }
}

/** A service that knows nothing of the cache, but may use what it says. */
class UsersService {
  constructor(http) {
    this.http = http;
  }

  async find(id) {
    const { data, cache } = await firstValueFrom(this.http.get(`/users/${id}`));
    return { name: data.name, cache: cache.status };
  }

  async rename(id, name) {
    // A successful PUT ends what is stored for its URL; what else it makes untrue is said here.
    await firstValueFrom(this.http.put(`/users/${id}`, { name }, { cache: { invalidates: ['/users'] } }));
  }
}

// ---- Something to look at ------------------------------------------------------------------------------------------

const users = new Map([['1', 'Ada']]);
const asked = [];
const origin = createServer(async (req, res) => {
  asked.push(`${req.method} ${req.url}`);
  const id = req.url.split('/').pop();
  if (req.method === 'PUT') {
    let text = '';
    for await (const chunk of req) text += chunk;
    users.set(id, JSON.parse(text).name);
  }
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ name: users.get(id) }));
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${origin.address().port}`;

const fromHttp = (Service) => ({ provide: Service, useFactory: (http) => new Service(http), inject: [HttpService] });
class CachedHttpModule {}
Module({ imports: [HttpModule.register({ baseURL })], providers: [fromHttp(HttpCache)], exports: [HttpModule] })(
  CachedHttpModule,
);
class AppModule {}
Module({ imports: [CachedHttpModule], providers: [fromHttp(UsersService)] })(AppModule);

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const service = app.get(UsersService);
console.log(await service.find(1)); // from the origin
console.log(await service.find(1)); // from the cache
await service.rename(1, 'Augusta');
console.log(await service.find(1)); // from the origin: the rename has ended what was stored
console.log(asked.join(', '));

await app.close();
origin.close();
origin.closeAllConnections();
